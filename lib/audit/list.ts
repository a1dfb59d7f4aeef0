/** Owns how the rows of an audit are listed: what each is sorted, filtered and grouped by. Pure. */
import { sortInSlices } from '../async/slices.ts';
import { muteIn } from '../inspect/warnings.ts';
import type { AuditRow, NotCoveredRow } from '../report/audit.ts';
import { gravityOf, listedAs, needOf } from './gravity.ts';

/** One row of a list. */
export interface ListRow {
	/** Place of its lockfile among those that were audited together. */
	file: number;
	/** `name@version`. Text from outside. */
	spec: string;
	/** The same without the version. */
	name: string;
	line: number;
	/**
	 * What it is listed by: the code of a warning, `unknown`, `not-compared` or `not-covered`; of a calm row `confirmed`, `none`,
	 * `muted` or `lost-earlier`.
	 */
	result: string;
	/** Whether nothing has to be done about it. */
	isCalm: boolean;
	/** Whether it could not be checked, or not be compared: asking again may help. */
	isIncomplete?: true;
	/** The smaller, the graver. */
	gravity: number;
	/** https address of the repository of its record. */
	repository?: string;
	/** Who signed its record. */
	signer?: string;
	isDirect?: true;
	/** What is said of it, in the reader's language. */
	sentence: string;
}

/** Between rows that could not be compared and calm ones: nothing was checked of it. */
const NOT_COVERED = 2_999;

/** A row for the list. @param file place of its lockfile. @param sentence what is said of it. */
export function listRowOf(row: AuditRow | NotCoveredRow, file: number, sentence: string): ListRow {
	const { spec, line } = row;
	const name = spec.replace(/(?<=.)@[^@]*$/, '');
	if ('why' in row)
		return { file, spec, name, line, sentence, result: 'not-covered', isCalm: false, gravity: NOT_COVERED };
	const code = listedAs(row);
	return {
		...{ file, spec, name, line, sentence, result: code ?? calmResult(row), isCalm: code === undefined },
		gravity: gravityOf(row),
		...((row.verdict === 'unknown' || needOf(row) === 'not-compared') && { isIncomplete: true }),
		...(row.identity && { repository: row.identity.repository, signer: row.identity.signer }),
		...(row.isDirect && { isDirect: true }),
	};
}

function calmResult({ verdict, findings }: AuditRow): string {
	if (verdict === 'confirmed' || verdict === 'none') return verdict;
	return muteIn({ findings }) ? 'muted' : 'lost-earlier';
}

/** The columns that a list can be sorted by. */
export type Sort = 'result' | 'package' | 'repository' | 'signer' | 'line';

/** What rows can be grouped by. */
type Grouping = 'none' | 'result' | 'repository' | 'signer' | 'direct' | 'file';

/** Which rows are listed, and how. */
export interface ListView {
	sort: Sort;
	isDescending: boolean;
	grouping: Grouping;
	/** Part of the name, the repository or the signer; capitals make no difference. */
	text: string;
	/** Only rows with this result. */
	result?: string | undefined;
	/** Only direct dependencies, or only the others. */
	isDirect?: boolean | undefined;
	/** Only these `FILE name@version`, as `keyOf` makes them. */
	only?: ReadonlySet<string> | undefined;
}

/** Rows that have something in common; `key` is empty where they lack it, and with no grouping. */
export interface ListGroup {
	key: string;
	rows: ListRow[];
}

/** What tells a row from all others of its audits. */
export function keyOf({ file, spec }: Pick<ListRow, 'file' | 'spec'>): string {
	return `${file} ${spec}`;
}

/**
 * Rows as a view wants them. Rows without what is sorted by come last. The gravest come first among equals, and groups are in the order
 * of their gravest rows.
 * @param pause awaited after every little piece of work; left out, all is done in one go.
 */
export async function listed(
	rows: readonly ListRow[],
	view: ListView,
	pause: () => Promise<void> = async () => undefined,
): Promise<ListGroup[]> {
	const wanted = rows.filter(filterOf(view));
	await pause();
	const groups = new Map<string, ListRow[]>();
	for (const row of await sortInSlices(wanted, byGravityThenPlace, pause)) {
		const key = groupOf(row, view.grouping);
		const group = groups.get(key);
		if (group) group.push(row);
		else groups.set(key, [row]);
	}
	await pause();
	const order = orderOf(view);
	const sorted: ListGroup[] = [];
	for (const [key, some] of groups) sorted.push({ key, rows: order ? await sortInSlices(some, order, pause) : some });
	return sorted;
}

/** How often each result occurs, the gravest first. */
export function countResults(rows: readonly ListRow[]): [result: string, count: number][] {
	const counts = new Map<string, { count: number; gravity: number }>();
	for (const { result, gravity } of rows) {
		const known = counts.get(result);
		if (known) {
			known.count += 1;
			known.gravity = Math.min(known.gravity, gravity);
		} else counts.set(result, { count: 1, gravity });
	}
	return [...counts]
		.sort(([, one], [, other]) => one.gravity - other.gravity)
		.map(([result, { count }]) => [result, count]);
}

function filterOf({ text, result, isDirect, only }: ListView): (row: ListRow) => boolean {
	const wanted = text.trim().toLowerCase();
	const hasText = (row: ListRow) =>
		[row.spec, row.repository, row.signer].some((one) => one?.toLowerCase().includes(wanted));
	return (row) =>
		(result === undefined || row.result === result) &&
		(isDirect === undefined || (row.isDirect === true) === isDirect) &&
		(only === undefined || only.has(keyOf(row))) &&
		(wanted === '' || hasText(row));
}

function groupOf(row: ListRow, grouping: Grouping): string {
	if (grouping === 'none') return '';
	if (grouping === 'file') return String(row.file);
	if (grouping === 'direct') return row.isDirect ? 'direct' : '';
	return row[grouping] ?? '';
}

type Order = (one: ListRow, other: ListRow) => number;

/** The order of a list that nobody sorted: the gravest first, then those that the project names, then by their place. */
export function byGravityThenPlace(one: ListRow, other: ListRow): number {
	return (
		one.gravity - other.gravity ||
		Number(other.isDirect ?? false) - Number(one.isDirect ?? false) ||
		one.file - other.file ||
		one.line - other.line
	);
}

/** Nothing where the rows are in their order already. */
function orderOf({ sort, isDescending }: ListView): Order | undefined {
	const turn = isDescending ? -1 : 1;
	if (sort === 'result') return isDescending ? (one, other) => byGravityThenPlace(other, one) : undefined;
	if (sort === 'line') return (one, other) => turn * (one.file - other.file || one.line - other.line);
	// With its version at the end, `a-b@1` would come before `a@1`.
	if (sort === 'package')
		return (one, other) => turn * (compareText(one.name, other.name) || compareText(one.spec, other.spec));
	return (one, other) => {
		const [here, there] = [one[sort], other[sort]];
		if (here === undefined || there === undefined) return Number(here === undefined) - Number(there === undefined);
		return turn * compareText(here, there);
	};
}

function compareText(one: string, other: string): number {
	return one < other ? -1 : one > other ? 1 : 0;
}

/** A row, or the heading of a group. */
export type ListItem = { heading: string } | { row: ListRow };

/** Groups one below the other. @param headingOf the words above a group; absent where there are no groups. */
export function itemsOf(groups: readonly ListGroup[], headingOf?: (group: ListGroup) => string): ListItem[] {
	return groups.flatMap((group) => [
		...(headingOf ? [{ heading: headingOf(group) }] : []),
		...group.rows.map((row) => ({ row })),
	]);
}
