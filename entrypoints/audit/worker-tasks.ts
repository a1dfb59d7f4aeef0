/** Owns what a worker of the audit page does once: it reads, asks for malware, restores, compares, summarises and writes. */
import { changesSince } from '../../lib/audit/changes.ts';
import { isSameProject } from '../../lib/audit/differences.ts';
import { MAX_MANIFEST, type ProjectManifest, readManifest, withDirect } from '../../lib/audit/direct.ts';
import { keyOf, listRowOf } from '../../lib/audit/list.ts';
import type { LockedPackage } from '../../lib/audit/lockfile/lockfile.ts';
import { MAX_LOCKFILE, readLockfile } from '../../lib/audit/lockfile/read.ts';
import { auditsOf, groupsOf, type ProjectFile, parseKeptRows, readRows } from '../../lib/audit/project.ts';
import { adviseAll } from '../../lib/audit/run.ts';
import { auditJson } from '../../lib/output/json.ts';
import { auditMarkdown } from '../../lib/output/markdown.ts';
import { auditSarif } from '../../lib/output/sarif.ts';
import { createRegistry } from '../../lib/registry/client.ts';
import { patient } from '../../lib/registry/patient.ts';
import type { Audit } from '../../lib/report/audit.ts';
import type { Failure } from '../../lib/report/result.ts';
import { auditStore } from '../../lib/storage/audits.ts';
import { describeAudited, describeGaps, describeVerdicts } from '../../lib/text/en/audit.ts';
import { describeListed } from '../../lib/text/en/audit-page.ts';
import type { Audited, GivenFile, Group, GroupRows, Task, Tasks } from './protocol.ts';
import { check, sort } from './worker-files.ts';

/** Entries in one message: few enough for a page to take in between two frames. */
const PART = 100;

/** Requests at a time, as a browser has them to one host. */
const CONNECTIONS = 6;

type Tell<T extends Task> = (part: Tasks[T]['part']) => void;

/** Every task. The list is what it is about, where that is long; `tell` sends a part of the answer. */
export const TASKS: {
	[T in Task]: (asked: Tasks[T]['asked'], list: readonly unknown[], tell: Tell<T>) => Promise<Tasks[T]['done']>;
} = { read, sort, check, advise, restore, earlier, summarise, write };

async function read({ files, manifest }: Tasks['read']['asked'], _list: readonly unknown[], tell: Tell<'read'>) {
	const beside = await manifestOf(manifest);
	const read = await readAll(files, beside?.value, (name, failure) => tell({ is: 'refused', name, failure }));
	const groups = groupsOf(read).map(({ name, entries }): Group => {
		return { name, entries: JSON.stringify(entries), count: entries.length };
	});
	const uncovered = read.flatMap(({ lockfile }, file) =>
		lockfile.notCovered.map((row) => listRowOf(row, file, describeListed(row))),
	);
	for (const some of partsOf(groups)) tell({ is: 'groups', groups: some });
	for (const list of partsOf(uncovered)) tell({ is: 'rows', list });
	return {
		files: read.map(({ name, lockfile }) => ({
			name,
			format: lockfile.format,
			packages: lockfile.packages.length,
			notCovered: lockfile.notCovered.length,
		})),
		...(beside?.value?.name !== undefined && { project: beside.value.name }),
		...(beside?.failure && { manifestFailure: beside.failure }),
	};
}

async function advise(_asked: object, groups: readonly unknown[]) {
	const packages = (groups as readonly Group[]).flatMap(({ entries }) =>
		entriesIn(entries).map(([, locked]) => locked),
	);
	const answers = [...(await adviseAll(packages, patient(createRegistry(), CONNECTIONS)))];
	const failure = answers.flatMap(([, answer]) => (answer.ok ? [] : [answer.failure]))[0];
	const isListed = (value: unknown) => typeof value === 'object' && value !== null && Object.keys(value).length > 0;
	return {
		listed: answers.flatMap(([name, answer]): [string, string][] =>
			answer.ok && !isListed(answer.value) ? [] : [[name, JSON.stringify(answer)]],
		),
		unadvised: answers.flatMap(([name, answer]) => (answer.ok ? [] : [name])),
		...(failure && { failure }),
	};
}

async function restore({ id }: Tasks['restore']['asked'], _list: readonly unknown[], tell: Tell<'restore'>) {
	await auditStore().rows(id, (some) => {
		for (const few of partsOf(some)) tell({ rows: few.flatMap((one) => restored(one) ?? []) });
	});
	return null;
}

/** Rows of a package as they were kept; nothing where they are none. */
function restored(kept: unknown): GroupRows | undefined {
	const group = parseKeptRows(kept);
	return (
		group && {
			name: group.name,
			rows: JSON.stringify(group.rows),
			list: group.rows.map(([file, row]) => listRowOf(row, file, describeListed(row))),
			...(group.at !== undefined && { at: group.at }),
		}
	);
}

async function earlier({ files, before, id }: Tasks['earlier']['asked']) {
	const [now, then] = [await readAll(files), await readAll(before)];
	const results: [string, string][] = [];
	const rows: unknown[] = [];
	await auditStore().rows(id, (some) => rows.push(...some));
	for (const { list } of rows.flatMap((one) => restored(one) ?? []))
		for (const row of list) {
			// Files may have been given in another order.
			const file = now.findIndex(({ name }) => name === then[row.file]?.name);
			if (file !== -1) results.push([keyOf({ ...row, file }), row.result]);
		}
	const changed: string[] = [];
	const removed: string[] = [];
	for (const [file, { name, lockfile }] of now.entries()) {
		const base = then.find((one) => one.name === name)?.lockfile;
		if (!base || !isSameProject(lockfile, base)) return undefined;
		const changes = changesSince(lockfile, base);
		for (const one of changes.lockfile.packages) changed.push(keyOf({ file, spec: `${one.name}@${one.version}` }));
		for (const one of changes.lockfile.notCovered) changed.push(keyOf({ file, spec: one.spec }));
		for (const { spec } of base.notCovered) results.push([keyOf({ file, spec }), 'not-covered']);
		removed.push(...changes.removed);
	}
	return { results: JSON.stringify(results), changed, removed };
}

async function summarise({ audit }: Tasks['summarise']['asked'], rows: readonly unknown[]) {
	const { audits } = await remake(audit, rows);
	return audits.map((one) => ({
		about: describeAudited(one),
		verdicts: describeVerdicts(one),
		gaps: describeGaps(one),
	}));
}

async function write({ audit, format, version }: Tasks['write']['asked'], rows: readonly unknown[]) {
	const { audits, texts } = await remake(audit, rows);
	const sourceOf = ({ lockfile: { path = 'lockfile' } }: Audit) => ({ path, text: texts.get(path) ?? '' });
	const text = {
		json: () => auditJson(audits, audits.length > 1),
		sarif: () => auditSarif(audits, sourceOf, version),
		markdown: () => auditMarkdown(audits),
	}[format]();
	// Each ends as what the command prints does.
	return new Blob([text, '\n'], { type: format === 'markdown' ? 'text/markdown' : 'application/json' });
}

/** The audits as the command makes them, and the text of each lockfile. */
async function remake({ files, manifest, ...rest }: Audited, rows: readonly unknown[]) {
	const read = await readAll(files, (await manifestOf(manifest))?.value);
	const placed = (rows as readonly string[]).flatMap((text) => readRows(text) ?? []);
	const texts = new Map(
		await Promise.all(files.map(async ({ name, content }) => [name, await content.text()] as const)),
	);
	return { audits: auditsOf(read, { ...rest, rows: placed, unadvised: new Set(rest.unadvised) }), texts };
}

/** The lockfiles that can be read, with what the project names marked. */
async function readAll(
	files: readonly GivenFile[],
	manifest?: ProjectManifest,
	onrefused: (name: string, failure: Failure) => void = () => undefined,
): Promise<ProjectFile[]> {
	const read: ProjectFile[] = [];
	for (const { name, content } of files) {
		// What is too large is read as far as is needed to say so.
		const bytes = new Uint8Array(await content.slice(0, MAX_LOCKFILE + 1).arrayBuffer());
		const lockfile = readLockfile(name, bytes);
		if (!lockfile.ok) {
			onrefused(name, lockfile.failure);
			continue;
		}
		const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
		const sha256 = [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
		read.push({ name, sha256, lockfile: manifest ? withDirect(lockfile.value, manifest) : lockfile.value });
	}
	return read;
}

async function manifestOf(file: Blob | undefined): Promise<{ value?: ProjectManifest; failure?: Failure } | undefined> {
	if (!file) return undefined;
	const read = readManifest(await file.slice(0, MAX_MANIFEST + 1).text());
	return read.ok ? { value: read.value } : { failure: read.failure };
}

function entriesIn(text: string): [number, LockedPackage][] {
	return JSON.parse(text);
}

function* partsOf<T>(list: readonly T[]): Generator<T[]> {
	for (let at = 0; at < list.length; at += PART) yield list.slice(at, at + PART);
}
