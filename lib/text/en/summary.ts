/** Owns a release's summary as Markdown, for an issue or a chat: verdict, facts, limits, permanent links. */

import type { Inspection } from '../../report/evidence.ts';
import { releaseAddress } from '../links.ts';
import { escapeInvisible } from '../untrusted.ts';
import { VERDICT_NAMES } from './names.ts';
import { describePanel } from './panel.ts';
import { LIMITS_HEADING, LIMITS_OF_PROOF, linked, type Piece } from './panel-text.ts';
import { describeTrustRoot } from './trust-roots.ts';

/** What is said around the summary, and around the details for a bug report. */
export const SHARING = {
	copy: 'Copy summary (Markdown)',
	wrong: 'Something is wrong with this report',
	details:
		'These details say which checks ran and how they ended. They do not name the package, unless you tick the box.',
	named: 'Name the package and its version',
	copyDetails: 'Copy details for a bug report',
} as const;

/** The summary. Text from outside is escaped, so that it makes no links, headings or mentions of its own. */
export function describeSummary({ report, evidence }: Inspection): string {
	const { release, trustRoot, checkedAt, verdict } = report;
	const panel = describePanel(report, { logEntries: evidence.provenance?.logEntries ?? [] });
	const rows = (panel.rows ?? []).map(({ term, value }) => `| ${plain(term)} | ${value.map(asMarkdown).join('')} |`);
	return [
		`**${plain(panel.headline)}**`,
		'',
		'| | |',
		'| --- | --- |',
		`| Verdict | ${plain(VERDICT_NAMES[panel.look])} (\`${verdict}\`) |`,
		`| Release | ${asMarkdown(linked(`${release.name} ${release.version}`, releaseAddress(release.name, release.version)))} |`,
		...(release.integrity === undefined ? [] : [`| Fingerprint | ${plain(release.integrity)} |`]),
		...rows,
		`| Checked | ${plain(checkedAt)}, trust root: ${plain(describeTrustRoot(trustRoot, checkedAt))} |`,
		'',
		`${LIMITS_HEADING}:`,
		...LIMITS_OF_PROOF.map((limit) => `- ${limit}`),
		'',
		'Checked on one computer by Stamp of Origin, which nobody has audited.',
		'',
	].join('\n');
}

function asMarkdown(piece: Piece): string {
	return typeof piece === 'string'
		? plain(piece)
		: `[${plain(piece.text)}](${piece.href.replace(/[()]/g, encodeURIComponent)})`;
}

/** Text that Markdown takes for text: on one line, no markup, no mention of an account. */
function plain(text: string): string {
	return escapeInvisible(text)
		.replace(/[\\`*_{}[\]()<>#|~!]/g, '\\$&')
		.replace(/@/g, '@\u2060')
		.replace(/\s+/g, ' ');
}

/**
 * Details for a report of a fault of ours: versions, codes and standings.
 * @param isNamed whether the release is named, which the reader decides.
 */
export function describeForBugReport(
	{ report }: Inspection,
	version: string,
	browser: string,
	isNamed: boolean,
): string {
	const { release, verdict, claims, findings, history, trustRoot, checkedAt } = report;
	const details = {
		stampOfOrigin: version,
		browser,
		...(isNamed && { release: `${release.name}@${release.version}` }),
		verdict,
		claims: Object.fromEntries(
			claims.map((claim) => [claim.id, 'failure' in claim ? claim.failure.code : claim.standing]),
		),
		findings: findings.map(({ code }) => code),
		history: history?.state,
		trustRoot: trustRoot.source === 'custom' ? 'custom' : `${trustRoot.source} ${trustRoot.version}`,
		checkedAt,
	};
	return JSON.stringify(details, null, 2);
}
