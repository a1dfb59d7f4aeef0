/** Owns the lockfiles of one project that are audited together: their packages by name, and the rows of all as one audit of each. Pure. */
import * as v from 'valibot';
import type { Audit } from '../report/audit.ts';
import type { TrustRootInfo } from '../report/report.ts';
import { failed, type Result, success } from '../report/result.ts';
import { auditRowShape, notCoveredRowShape } from '../report/shapes.ts';
import type { LockedPackage, Lockfile } from './lockfile/lockfile.ts';
import type { AuditedRow } from './package.ts';
import { audited } from './run.ts';

/** A lockfile of the project. */
export interface ProjectFile {
	/** As it was named. */
	name: string;
	/** SHA-256 of its bytes, in hex. */
	sha256: string;
	lockfile: Lockfile;
}

/** One package with its entries in all lockfiles: it is audited at once, since its list of releases is read once. */
export interface PackageGroup {
	name: string;
	/** Each with the place of its file. */
	entries: [file: number, locked: LockedPackage][];
	/** Whether the project itself names one of them. */
	isDirect: boolean;
}

/** The packages of a project, those first that it names itself. */
export function groupsOf(files: readonly Pick<ProjectFile, 'lockfile'>[]): PackageGroup[] {
	const groups = new Map<string, PackageGroup>();
	for (const [file, { lockfile }] of files.entries())
		for (const locked of lockfile.packages) {
			const group = groups.get(locked.name) ?? { name: locked.name, entries: [], isDirect: false };
			groups.set(locked.name, group);
			group.entries.push([file, locked]);
			group.isDirect ||= locked.isDirect === true;
		}
	const all = [...groups.values()];
	return [...all.filter(({ isDirect }) => isDirect), ...all.filter(({ isDirect }) => !isDirect)];
}

/** What was audited of a project. */
export interface ProjectRows {
	/** Each with the place of its file. */
	rows: readonly [file: number, row: AuditedRow][];
	/** Names of packages for which the list of malware could not be read. */
	unadvised: ReadonlySet<string>;
	trustRoot: TrustRootInfo;
	/** ISO time at which it began. */
	checkedAt: string;
}

/** An audit of each lockfile, as the command prints them. */
export function auditsOf(
	files: readonly ProjectFile[],
	{ rows, unadvised, trustRoot, checkedAt }: ProjectRows,
): Audit[] {
	const byFile = Map.groupBy(rows, ([file]) => file);
	return files.map(({ name, sha256, lockfile }, file) => {
		const own = (byFile.get(file) ?? []).map(([, row]) => row);
		const advised = new Map<string, Result<unknown>>(
			lockfile.packages.map((one) => [one.name, unadvised.has(one.name) ? failed('not-reached') : success({})]),
		);
		const audit = audited(lockfile, own, advised, trustRoot, checkedAt);
		return { ...audit, lockfile: { ...audit.lockfile, path: name, sha256 } };
	});
}

const keptShape = v.object({
	name: v.string(),
	rows: v.string(),
	at: v.fallback(v.optional(v.pipe(v.string(), v.isoTimestamp())), undefined),
});

const rowsShape = v.array(
	v.tuple([v.pipe(v.number(), v.integer(), v.minValue(0)), v.union([auditRowShape, notCoveredRowShape])]),
);

/** Rows of a package. */
interface GroupedRows {
	name: string;
	rows: [file: number, row: AuditedRow][];
	/** ISO time at which they were made, where that was kept. */
	at?: string;
}

/** Reads what was kept of a package: its name, its rows as a text of JSON, and when they were made. @returns nothing where it is no such thing. */
export function parseKeptRows(kept: unknown): GroupedRows | undefined {
	const parsed = v.safeParse(keptShape, kept);
	const rows = parsed.success ? readRows(parsed.output.rows) : undefined;
	if (!parsed.success || !rows) return undefined;
	const { name, at } = parsed.output;
	return { name, rows, ...(at !== undefined && { at }) };
}

/** Reads rows, each with the place of its file, from JSON. @returns nothing where they are none. */
export function readRows(text: string): GroupedRows['rows'] | undefined {
	try {
		const json: unknown = JSON.parse(text);
		// Checked, and taken as it is written: the order of the fields stays.
		return v.is(rowsShape, json) ? (json as GroupedRows['rows']) : undefined;
	} catch {
		return undefined;
	}
}
