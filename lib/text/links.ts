/** Owns which addresses become links: https, on hosts we know, built from parsed parts; anything else stays text. */

import type { LogEntryView } from '../report/evidence.ts';
import type { Identity } from '../report/identity.ts';

/** A link, and what it leads to in plain words. */
interface Link {
	text: string;
	href: string;
}

/** Sigstore's public log (Rekor v1). */
const PUBLIC_LOG = 'https://rekor.sigstore.dev';

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

/** The places where a reader can look further: repository, commit, build file at that commit, run, log entries. */
export function linksOf(identity: Identity, logEntries: readonly LogEntryView[]): Link[] {
	const { repository, commit, workflow, run } = identity;
	const inTree = repository.startsWith('https://gitlab.com/') ? `${repository}/-` : repository;
	const path = workflow.split('/').map(encodeURIComponent).join('/');
	const candidates: [string, string | undefined][] = [
		['The repository', repository],
		['The commit that the run was started on', `${inTree}/commit/${encodeURIComponent(commit)}`],
		[
			'The build file at that commit',
			workflow.includes('://') ? undefined : `${inTree}/blob/${encodeURIComponent(commit)}/${path}`,
		],
		['The run', run],
		...logEntries.map(({ index, logAddress }): [string, string | undefined] => [
			`Entry ${index} in the log ${logAddress.replace(/^https:\/\//, '')}`,
			// The search page reads this log and no other.
			logAddress === PUBLIC_LOG ? `https://search.sigstore.dev/?logIndex=${encodeURIComponent(index)}` : undefined,
		]),
	];
	return candidates.flatMap(([text, address]) => {
		const href = address && safeAddress(address);
		return href ? [{ text, href }] : [];
	});
}
