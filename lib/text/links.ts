/** Owns which addresses become links: https, on hosts we know, built from parsed parts; anything else stays text. */

import { NPM_SITE, REKOR } from '../npm/hosts.ts';
import { pageAddress } from '../npm/site.ts';
import { isPackageName, isVersion } from '../npm/spec.ts';
import type { LogEntryView } from '../report/evidence.ts';
import type { Identity } from '../report/identity.ts';

/** A link, and what it leads to in plain words. */
interface Link {
	text: string;
	href: string;
}

const HOSTS = new Set(['github.com', 'gitlab.com', 'search.sigstore.dev', 'slsa.dev']);

/**
 * An address fit to be a link.
 * @returns the normalised address; `undefined` for other schemes, unknown hosts, ports, or names and passwords in it.
 */
export function safeAddress(text: string): string | undefined {
	let url: URL;
	try {
		url = new URL(text);
	} catch {
		return undefined;
	}
	const isPlain = url.protocol === 'https:' && url.port === '' && url.username === '' && url.password === '';
	return isPlain && HOSTS.has(url.hostname) ? url.href : undefined;
}

/** GitLab has its own pages of a repository below `/-`. */
function inRepository({ repository }: Pick<Identity, 'repository'>, path: string): string | undefined {
	const base = repository.startsWith('https://gitlab.com/') ? `${repository}/-` : repository;
	return safeAddress(`${base}/${path}`);
}

/** The page of the attested commit. */
export function commitAddress(identity: Identity): string | undefined {
	return inRepository(identity, `commit/${encodeURIComponent(identity.commit)}`);
}

/** The build file as it is at the attested commit; nothing where it is in another repository. */
export function buildFileAddress(identity: Identity): string | undefined {
	const { workflow, commit } = identity;
	if (workflow.includes('://')) return undefined;
	const path = workflow.split('/').map(encodeURIComponent).join('/');
	return inRepository(identity, `blob/${encodeURIComponent(commit)}/${path}`);
}

/** Where a project takes reports. @param identity of a verified certificate: package.json can name anybody's project. */
export function issuesAddress(identity: Pick<Identity, 'repository'> | undefined): string | undefined {
	return identity && inRepository(identity, 'issues');
}

/** The entry in the public log, by its search page, which reads this log and no other. */
export function logAddress({ index, logAddress: log }: LogEntryView): string | undefined {
	if (log !== REKOR) return undefined;
	return safeAddress(`https://search.sigstore.dev/?logIndex=${encodeURIComponent(index)}`);
}

/** The page of another release on npm's site. */
export function releaseAddress(name: string, version: string): string | undefined {
	return isPackageName(name) && isVersion(version) ? pageAddress(name, version) : undefined;
}

/** npm's form for reports about a release. */
export function npmReportAddress({ name, version }: { name: string; version: string }): string {
	const query = new URLSearchParams({ inquire: 'security', 'security-inquire': 'malware', package: name, version });
	return `${NPM_SITE}/support?${query}`;
}

/** The places where a reader can look further: repository, commit, build file at that commit, run, log entries. */
export function linksOf(identity: Identity, logEntries: readonly LogEntryView[]): Link[] {
	const { repository, run } = identity;
	const candidates: [string, string | undefined][] = [
		['The repository', safeAddress(repository)],
		['The commit that the run was started on', commitAddress(identity)],
		['The build file at that commit', buildFileAddress(identity)],
		['The run', run && safeAddress(run)],
		...logEntries.map((entry): [string, string | undefined] => [
			`Entry ${entry.index} in the log ${entry.logAddress.replace(/^https:\/\//, '')}`,
			logAddress(entry),
		]),
	];
	return candidates.flatMap(([text, href]) => (href ? [{ text, href }] : []));
}
