/** Owns what a version shows: its release line, its channel, and its order. */

import SemVer from 'semver/classes/semver.js';
import type { TrustTier } from '../report/history.ts';
import type { PublishedRelease } from './published-release.ts';

/**
 * How a release was published. All of it is the registry's word; of provenance, the word that there is some.
 * A release staged in the days of npm 11.15 cannot be recognized by itself: see lib/history/publishing.ts.
 */
export function tierOf({ publisher, attestations }: Pick<PublishedRelease, 'publisher' | 'attestations'>): TrustTier {
	if (publisher?.approver !== undefined) return 'staged';
	const isTrustedPublisher = publisher?.trustedPublisher !== undefined;
	if (attestations?.provenance === undefined) return isTrustedPublisher ? 'publisher-only' : 'none';
	return isTrustedPublisher ? 'trusted-publisher' : 'provenance';
}

/** The line of an exact version: its major, on 0.x its minor (`1`, `0.30`). */
export function lineOf(version: string): string {
	const dot = version.indexOf('.');
	const major = version.slice(0, dot);
	return major === '0' ? version.slice(0, version.indexOf('.', dot + 1)) : major;
}

/** Compares two lines by their numbers: below zero where the first is the lower. */
export function compareLines(one: string, other: string): number {
	const [first, second] = [one, other].map((line) => line.split('.').map(Number));
	return (first?.[0] ?? 0) - (second?.[0] ?? 0) || (first?.[1] ?? 0) - (second?.[1] ?? 0);
}

/**
 * The channel of a prerelease: the letters of its identifier before the first digit or hyphen, small (`rc` of `rc.1`, `canary` of
 * `canary-3f1c2ab`); bare numbers and commit ids are one channel, without letters.
 */
export function channelOf(version: string): string {
	const identifier = /^[^-+]*-([^.+]*)/.exec(version)?.[1] ?? '';
	const isCommit = /^(?=[a-f]*\d)[0-9a-f]{7,64}$/i.test(identifier);
	return isCommit ? '' : (/^[a-z]*/i.exec(identifier)?.[0].toLowerCase() ?? '');
}

/** Whether a version is a prerelease; what follows a `+` does not matter. */
export function isPrerelease(version: string): boolean {
	return version.replace(/\+.*/, '').includes('-');
}

/**
 * Compares two versions by semver's order: below zero where the first is the lower, zero where they differ in build metadata alone.
 * Numbers of a prerelease are compared exactly, where semver's own comparison takes those above 2^53 for equal.
 * @throws TypeError as `semverOf`.
 * @see https://semver.org/spec/v2.0.0.html#spec-item-11
 */
export function compareReleases(one: { version: string }, other: { version: string }): number {
	return compareSemver(semverOf(one), semverOf(other));
}

export function compareSemver(one: SemVer, other: SemVer): number {
	return one.compare(other) || comparePrereleases(one.prerelease, other.prerelease);
}

/** Of prereleases that semver calls equal: it keeps long numbers as text, and rounds them when it compares. */
function comparePrereleases(one: SemVer['prerelease'], other: SemVer['prerelease']): number {
	for (const [index, part] of one.entries()) {
		const [mine, its] = [String(part), String(other[index])];
		// Without zeros in front, the longer number is the higher.
		if (mine !== its) return mine.length - its.length || (mine < its ? -1 : 1);
	}
	return 0;
}

/** A release's version, to be compared. @throws TypeError for what `parsePackument` would have left out. */
export function semverOf(release: { version: string }): SemVer {
	const known = read.get(release) ?? new SemVer(release.version);
	read.set(release, known);
	return known;
}

/** Versions as semver reads them, once for each release: ten thousand at a time would hold the thread. */
const read = new WeakMap<object, SemVer>();
