/** Owns what nobody signed of a release's contents, against an earlier release's: install scripts, size. Pure. */

import { INSTALL_SCRIPTS, type PublishedRelease } from '../npm/published-release.ts';
import { lineOf } from '../npm/versions.ts';
import { type Finding, makeFinding } from '../report/findings.ts';

const MINUTES_MS = 10 * 60 * 1000;
/** Unpacked files are far more where they grew by half and by this many bytes. */
const FAR_MORE = 1024 * 1024;

/** What is new since an earlier release: `install-script-added`, `install-script-changed`, `size-jumped`. */
export function compareContents(before: PublishedRelease, here: PublishedRelease): Finding[] {
	const findings: Finding[] = [];
	const since = before.version;
	for (const name of INSTALL_SCRIPTS) {
		const [earlier, command] = [before.installScripts[name], here.installScripts[name]];
		if (command === undefined || command === earlier) continue;
		findings.push(
			earlier === undefined
				? makeFinding('install-script-added', { name, command, since })
				: makeFinding('install-script-changed', { name, command, before: earlier, since }),
		);
	}
	const [earlierSize, now] = [before.unpackedSize, here.unpackedSize];
	if (earlierSize !== undefined && now !== undefined && now > earlierSize * 1.5 && now - earlierSize > FAR_MORE)
		findings.push(
			makeFinding('size-jumped', {
				before: earlierSize,
				now,
				...(before.fileCount !== undefined && { filesBefore: before.fileCount }),
				...(here.fileCount !== undefined && { filesNow: here.fileCount }),
				since,
			}),
		);
	return findings;
}

/** `published-within-minutes`: the release of the same line that came within ten minutes, before or after; the nearest. */
export function compareTimes(releases: readonly PublishedRelease[], here: PublishedRelease): Finding[] {
	const time = Date.parse(here.publishedAt);
	const [from, to] = [time - MINUTES_MS, time + MINUTES_MS].map((end) => new Date(end).toISOString());
	const [nearest] = releases
		.filter(({ publishedAt }) => publishedAt >= (from ?? '') && publishedAt <= (to ?? ''))
		.filter((other) => other.version !== here.version && lineOf(other.version) === lineOf(here.version))
		.map(({ version, publishedAt }) => ({ version, distance: Math.abs(Date.parse(publishedAt) - time) }))
		.sort((one, other) => one.distance - other.distance);
	if (!nearest) return [];
	const seconds = Math.round(nearest.distance / 1000);
	return [makeFinding('published-within-minutes', { version: nearest.version, seconds })];
}
