/** Owns the words of the allowlist: its rows, what it says of a release, and what was saved, imported or refused. */

import type { RowDoubt, RowProblem } from '../../policy/edit.ts';
import type { PolicyResult, Report } from '../../report/report.ts';
import type { Failure } from '../../report/result.ts';
import type { Verdict } from '../../report/verdict.ts';
import { capital, counted, day, numberText, quoteWhole, readable } from '../format.ts';
import { quoteWord } from '../untrusted.ts';
import { fieldName, VERDICT_NAMES } from './names.ts';

/** Whether the reader's allowlist is unreadable and would have decided. */
export function isAllowlistMissing({ findings, policy }: Report): boolean {
	const isUnread = findings.some(({ code }) => code === 'allowlist-unreadable');
	return isUnread && policy?.state !== 'allowed' && policy?.state !== 'not-allowed';
}

/** What a release has instead of what a row asks for. */
export function describeFound({ field, found }: { field: string; found?: string }): string {
	if (found !== undefined) return readable(found);
	return field === 'provenance' ? 'none' : 'its certificate names none';
}

/** The fields of a row of the allowlist, in plain words: their names, and what to write. */
export const ROW_FIELDS: Record<string, { label: string; hint: string }> = {
	package: { label: 'Package', hint: 'A name as in sigstore, or a whole scope as in @scope/*.' },
	repository: { label: 'Repository', hint: 'Its address, exactly: https://github.com/owner/name. Empty: any.' },
	repositoryId: {
		label: 'Repository number',
		hint: "It outlives a change of name, and nobody else at its host can take it. Where both are known, at the address's host, it decides instead of the address. With neither address nor build service, GitHub's is meant.",
	},
	ownerId: {
		label: "Owner's number",
		hint: "The number of the account or organisation that owns the repository; GitHub's, where neither address nor build service is named.",
	},
	issuer: { label: 'Build service (issuer)', hint: "The service's address as the certificate has it." },
	workflow: { label: 'Workflow (build file)', hint: 'Its path, exactly: .github/workflows/release.yml.' },
	ref: {
		label: 'Branch or tag (ref)',
		hint: 'Exact, as in refs/heads/main, or with * for anything but a slash: refs/tags/v*.',
	},
	environment: { label: 'Environment', hint: 'The deployment environment, exactly.' },
	hosted: { label: "Only on the build service's own machines (hosted runner)", hint: '' },
	provenance: { label: 'Provenance is required: a release without it is not what you expect', hint: '' },
};

/** What the allowlist says of a release, in one sentence. */
export function describeAllowlist(report: Report): string {
	const { policy, identity, release } = report;
	if (isAllowlistMissing(report))
		return 'Your allowlist could not be read and was set aside, so this release was not compared with it. Nothing of it is lost: see the options.';
	if (policy?.state === 'allowed' && !identity)
		return `${capital(whoseAllowlist(policy))} lets a release without provenance pass (row ${quoteWord(policy.row ?? '')}); nothing shows that it comes from there.`;
	if (policy === undefined) return `The allowlist was not asked: the origin of this release is not confirmed.`;
	return describeExpected(policy, release.name);
}

/** What the allowlist says of a verified origin, in one sentence. */
export function describeExpected(policy: PolicyResult, name: string): string {
	const row = quoteWord(policy.row ?? '');
	if (policy.state === 'allowed') return `This is what ${whoseAllowlist(policy)} expects (row ${row}).`;
	if (policy.state === 'not-allowed') return `This is not what ${whoseAllowlist(policy)} expects (row ${row}).`;
	return `Your allowlist has no row for ${quoteWord(name)}: you have not said yet where it should come from.`;
}

/** Whose allowlist decided, within a sentence. */
export function whoseAllowlist({ setBy }: PolicyResult): string {
	return setBy === 'organisation' ? "your organisation's allowlist" : 'your allowlist';
}

/** A row of the allowlist in one sentence. */
export function describeRow(row: Readonly<Record<string, unknown>>): string {
	const parts = Object.keys(ROW_FIELDS)
		.filter((field) => field !== 'package' && typeof row[field] === 'string' && field !== 'provenance')
		.map((field) => `${fieldName(field)} ${quoteWhole(String(row[field]))}`);
	if (row.hosted === true) parts.push("only on the build service's own machines");
	const expected = parts.length > 0 ? `Expected: ${parts.join('; ')}.` : 'Any origin is expected.';
	return row.provenance === 'required'
		? `${expected} Provenance is required.`
		: `${expected} A release without provenance fits too.`;
}

/** Why a valid row will hardly ever match a release. */
export const ROW_DOUBTS: Record<RowDoubt, string> = {
	'repository-ending':
		'No certificate names a repository that ends in a slash or in .git, so this row would fit no release.',
	'ref-short':
		'A certificate names the whole ref, as in refs/heads/main or refs/tags/v1.2.3, so this row would fit no release.',
	'issuer-no-address':
		'A certificate names the build service by its https address, as in https://gitlab.com, so this row would fit no release.',
};

/** What the allowlist would say of the release at hand if another row, or none, decides; `undefined` if this row does. */
export function describeOutcome(row: { package: string }, result: PolicyResult | undefined): string | undefined {
	if (result?.state === 'no-row') return 'This row is not about the release at hand.';
	if (result === undefined || result.row === row.package) return undefined;
	const decides = `The row for ${quoteWord(result.row ?? '')} wins over this one, and decides about the release at hand.`;
	return result.state === 'allowed' ? decides : `${decides} The release is not what that row expects.`;
}

/** What was saved, and what that means for the release at hand. */
export function describeSavedRow(row: { package: string }, result: PolicyResult): string {
	const outcome = describeOutcome(row, result);
	if (outcome !== undefined) return `Saved. ${outcome}`;
	return result.state === 'allowed'
		? 'Saved. From now on this is what you expect of it.'
		: 'Saved. The release at hand is not what this row expects.';
}

/** Why what was written is no row yet. */
export function describeRowProblem({ field, why }: RowProblem): string {
	const label = field !== undefined && Object.hasOwn(ROW_FIELDS, field) ? ROW_FIELDS[field]?.label : undefined;
	const about = label ?? (field === undefined ? undefined : quoteWhole(field));
	return about === undefined
		? `This is no row yet: ${readable(why)}.`
		: `This is no row yet. ${about}: ${readable(why)}.`;
}

/** Why a file or what was typed is refused, in a sentence with its place. @param what it was to be. */
export function describeRefusal({ code, detail }: Failure, what: 'allowlist' | 'trust-root' = 'allowlist'): string {
	const name = { allowlist: 'allowlist', 'trust-root': 'trust root' }[what];
	const why = { 'not-json': 'It is not JSON', 'too-large': 'It is too large' }[code as string] ?? `It is no ${name}`;
	return `Nothing was changed. ${why}${detail === undefined ? '' : `: ${readable(detail)}`}.`;
}

/** How much is in an allowlist. */
interface AllowlistSize {
	rows: readonly unknown[];
	mutes?: readonly unknown[] | undefined;
}

/** What is in a file that was read, what there is already, and what would go. */
export function describeImport(file: AllowlistSize, own: AllowlistSize): string {
	const goes =
		(own.mutes?.length ?? 0) + own.rows.length > 0 ? ' What you have goes, if the file takes its place.' : '';
	return `The file has ${describeSize(file)}. You have ${describeSize(own)}.${goes}`;
}

function describeSize({ rows, mutes = [] }: AllowlistSize): string {
	return `${counted(rows.length, 'row')} and ${mutes.length === 0 ? 'no dismissed warning' : counted(mutes.length, 'dismissed warning')}`;
}

/** Which warnings a change of the allowlist dismisses, and which it shows again; empty if it does neither. */
export function describeMutesChanged(
	added: readonly { package: string }[],
	gone: readonly { package: string }[],
): string {
	const about = (mutes: readonly { package: string }[]) => {
		const names = [...new Set(mutes.map((mute) => quoteWord(mute.package)))];
		const more = names.length - MAX_NAMES;
		return `${names.slice(0, MAX_NAMES).join(', ')}${more > 0 ? ` and ${counted(more, 'other')}` : ''}`;
	};
	const parts = [
		added.length > 0 && ` Warnings now dismissed are about ${about(added)}.`,
		gone.length > 0 && ` Warnings no longer dismissed are about ${about(gone)}.`,
	];
	return parts.filter((part) => part !== false).join('');
}

const MAX_NAMES = 5;

/** What can be read again of an allowlist that was set aside. @param unread rows and warnings of it that cannot. */
export function describeTakeBack(policy: AllowlistSize, unread: number): string {
	const rest =
		unread === 0 ? '' : ` The rest (${unread.toLocaleString('en-GB')}) cannot be read: only the saved file has it.`;
	return `Of the allowlist in it ${describeSize(policy)} can be read.${rest}`;
}

/** A dismissed warning in the list of them. */
export function describeMuted(mute: {
	version?: string | undefined;
	line?: string | undefined;
	verdict?: Verdict | undefined;
	date: string;
	note: string;
}): string {
	const what = mute.verdict === undefined ? 'Any warning that can be dismissed' : `"${VERDICT_NAMES[mute.verdict]}"`;
	const which =
		mute.version !== undefined
			? `version ${quoteWord(mute.version)}`
			: mute.line !== undefined
				? `release line ${numberText(mute.line)}`
				: 'every version';
	const note = mute.note === '' ? '' : ` Note: ${quoteWhole(mute.note)}`;
	return `${what}, for ${which}, dismissed on ${day(mute.date)}.${note}`;
}

/** Why nothing of what an organisation has set is followed. */
export function describeManagedRefusal({ detail }: Failure): string {
	const where = detail === undefined ? '' : ` At ${readable(detail)}.`;
	return `Your organisation has set something that cannot be read, so nothing of it is followed.${where} Tell whoever looks after this browser.`;
}
