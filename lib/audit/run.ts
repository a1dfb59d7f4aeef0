/** Owns the audit of a whole lockfile: which packages are under way, what is asked for all of them at once, and the result. */
import { takeTurns } from '../async/turns.ts';
import type { AdvisoriesWanted, Registry } from '../registry/registry.ts';
import type { Audit, AuditRow, NotCoveredRow } from '../report/audit.ts';
import type { TrustRootInfo } from '../report/report.ts';
import { failed, type Result } from '../report/result.ts';
import { countRows } from './counts.ts';
import type { LockedPackage, Lockfile } from './lockfile/lockfile.ts';
import { type AuditContext, type AuditedRow, auditPackage } from './package.ts';

/** Packages that are under way at once. More than a registry's connections, so that none of them waits for the machine. */
export const AT_ONCE = 12;

/** Packages in one question about malware. */
const MAX_ADVISED = 1_000;

/** The registry's list of malware of some packages: an answer for each name, of which several may share one. */
export type Advised = ReadonlyMap<string, Result<unknown>>;

/**
 * Audits packages in this thread.
 * @param advisories of these packages, which may still be asked for.
 * @param onRows called with the rows of a package once it is audited.
 * @param inTurn where several lists share their turns.
 * @returns a row for each release, in any order.
 */
export async function auditPackages(
	packages: readonly LockedPackage[],
	context: Omit<AuditContext, 'adviseOf'>,
	advisories: Advised | Promise<Advised>,
	onRows: (rows: readonly AuditedRow[]) => void = () => undefined,
	inTurn = takeTurns(AT_ONCE),
): Promise<AuditedRow[]> {
	const adviseOf = async (name: string) => (await advisories).get(name) ?? failed('not-reached');
	const groups = [...Map.groupBy(packages, ({ name }) => name).values()];
	const rows = await Promise.all(
		groups.map((releases) =>
			inTurn(async () => {
				const audited = await auditPackage(releases, { ...context, adviseOf });
				onRows(audited);
				return audited;
			}, context.signal),
		),
	);
	return rows.flat();
}

/** Asks the registry which of the releases it lists as malware: one request for a thousand packages. */
export async function adviseAll(
	packages: readonly LockedPackage[],
	registry: Pick<Registry, 'fetchAdvisoriesOf'>,
): Promise<Advised> {
	const wanted = [...Map.groupBy(packages, ({ name }) => name)];
	const answers = new Map<string, Result<unknown>>();
	for (let at = 0; at < wanted.length; at += MAX_ADVISED) {
		const some = wanted.slice(at, at + MAX_ADVISED);
		const question: AdvisoriesWanted = new Map(
			some.map(([name, releases]) => [name, new Set(releases.map(({ version }) => version))]),
		);
		const answer = await registry.fetchAdvisoriesOf(question);
		for (const [name] of some) answers.set(name, answer.ok ? { ...answer, value: partOf(answer.value, name) } : answer);
	}
	return answers;
}

/** What an answer has on one package, as if it had been asked for alone. */
function partOf(json: unknown, name: string): unknown {
	const isTable = typeof json === 'object' && json !== null;
	return isTable && Object.hasOwn(json, name) ? { [name]: Reflect.get(json, name) } : {};
}

/** Rows as an audit. @param rows of the lockfile's packages; those without one were not asked for. @param checkedAt ISO time at which it began. */
export function audited(
	lockfile: Lockfile,
	rows: readonly AuditedRow[],
	advisories: Advised,
	trustRoot: TrustRootInfo,
	checkedAt: string,
): Audit {
	const packages = inOrder(rows.filter((row): row is AuditRow => !('why' in row)));
	const unknown = rows.filter((row): row is NotCoveredRow => 'why' in row);
	// Their sources are printed nowhere.
	const uncovered = lockfile.notCovered.map(({ spec, why, line, column }) => ({ spec, why, line, column }));
	const notCovered = inOrder([...uncovered, ...unknown]);
	const left = lockfile.packages.length - rows.length;
	const done = new Set(rows.map(({ spec }) => spec));
	const unadvised = lockfile.packages.filter(
		({ name, version }) => done.has(`${name}@${version}`) && !advisories.get(name)?.ok,
	).length;
	return {
		schema: 1,
		lockfile: {
			format: lockfile.format,
			packages: packages.length + notCovered.length,
			version: lockfile.formatVersion,
			...(lockfile.isWithoutHashes && { isWithoutHashes: true as const }),
		},
		packages,
		notCovered,
		counts: countRows(packages, notCovered),
		...(left > 0 && { left }),
		...(unadvised > 0 && { unadvised }),
		trustRoot,
		checkedAt,
	};
}

/** In the order of the file. */
function inOrder<Row extends { line: number; column: number }>(rows: readonly Row[]): Row[] {
	return rows.toSorted((one, other) => one.line - other.line || one.column - other.column);
}
