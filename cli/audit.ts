/** Owns `npm run -s audit`: its options, and the order in which lockfiles are read, audited and printed. */
import { createHash } from 'node:crypto';
import { parseArgs } from 'node:util';
import { REGISTRY_BASES } from '../lib/audit/lockfile/address.ts';
import { shardOf } from '../lib/audit/shard.ts';
import { auditJson } from '../lib/output/json.ts';
import { auditMarkdown } from '../lib/output/markdown.ts';
import { auditSarif } from '../lib/output/sarif.ts';
import type { Audit } from '../lib/report/audit.ts';
import { VERDICTS } from '../lib/report/verdict.ts';
import { describeInterrupted } from '../lib/text/en/audit.ts';
import { type LockfileInput, readLockfiles } from './audit-files.ts';
import { readAudits } from './audit-merge.ts';
import type { AuditPlan } from './audit-run.ts';
import { AUDIT_TOOLS, type AuditTools } from './audit-tools.ts';
import { cacheFolder, tidyDisk } from './disk-cache.ts';
import { CI_WORDS, heldWordsOfAudits, readFailOn } from './fail-on.ts';
import { readPolicy, readTrustRoot } from './inputs.ts';
import {
	connectAs,
	createElsewhereCheck,
	ownSurroundings,
	type RegistryAccess,
	readRegistryAccess,
	type Surroundings,
} from './npm-config.ts';
import { auditTable } from './output/table.ts';
import { createProgress, type Progress } from './progress.ts';
import { findSource } from './repository-path.ts';
import {
	type Answer,
	abortOnInterrupt,
	type Command,
	INTERRUPTED,
	printAnswer,
	printable,
	readTime,
	startCommand,
	UsageError,
} from './usage.ts';
import { VERSION } from './version.ts';

/** The forms of the output. */
const FORMATS = ['table', 'json', 'sarif', 'markdown'] as const;

type Format = (typeof FORMATS)[number];

/** Requests at a time, as a browser has them to one host. */
const CONNECTIONS = 6;

/** Most parts: a matrix of GitHub Actions has no more jobs. */
const MAX_PARTS = 256;

/** What `--help` prints. */
export const AUDIT_HELP = `Says where the packages of a lockfile were published from: checks each release's attestations on this machine.

Usage: npm run -s audit -- LOCKFILE... [OPTION ...]
       npm run -s audit -- --merge FILE... [--format FORMAT] [--fail-on WORD,...]

LOCKFILE is of npm, pnpm, yarn, bun, deno or vlt. Entries that are not from the registry are listed with the reason.

Options
  --format FORMAT         ${FORMATS.join(', ')}; the table lists what needs attention, and counts the rest
  --json                  the same as --format json
  --base LOCKFILE         audit only what this older lockfile has not, and list what was removed; an empty file is a base
                          without packages. Of several lockfiles each has its own, in the same order
  --shard I/N             audit part I of N parts; print JSON, and join the results with --merge
  --merge FILE...         join the JSON results of parts, or of several runs, and ask nobody
  --fail-on WORD,...      exit with 1 where one of the words holds: a verdict, not-compared (with earlier releases),
                          not-covered, warning (a row has one), the code of a finding or failure, or ci; may be given
                          several times. An audit that ended early counts as unknown
  --policy FILE           your allowlist, as the options page saves it
  --trusted-root FILE     a trust root of your own, as the options page takes it
  --registry URL          a mirror of npm's registry: https, or http on a loopback address
  --now ISO               check as of this time: 2026-01-31T12:00:00Z
  --offline               ask nobody, and use what earlier runs kept
  --no-cache              keep nothing, and use nothing that was kept
  --help                  print this

Verdicts, the worst first: ${VERDICTS.join(', ')}.

Exit codes
  0    done, whatever the verdicts
  1    a word of --fail-on holds; it is named on the error stream
  2    bad usage, or a file that cannot be read; one line on the error stream for each, and the other files are still audited
  130  interrupted (Ctrl-C): what was audited so far is printed, and how many releases are left; a second Ctrl-C ends at once

In continuous integration: --fail-on ci, which is ${CI_WORDS.join(',')}.
Without it a registry that cannot be reached ends with 0: the verdicts are unknown, and no verdict is a failure unless you ask.

The registry, its scopes and tokens, cafile, strict-ssl and proxies are taken from .npmrc, as npm does. Progress is shown on the
error stream if that is a terminal. There are no colours.`;

const string = { type: 'string' } as const;
const strings = { type: 'string', multiple: true } as const;
const boolean = { type: 'boolean' } as const;
/** For `parseArgs`; `--help` names each. */
export const AUDIT_OPTIONS = {
	json: boolean,
	format: string,
	base: strings,
	shard: string,
	merge: boolean,
	'fail-on': strings,
	policy: string,
	'trusted-root': string,
	registry: string,
	now: string,
	offline: boolean,
	'no-cache': boolean,
} as const;

type Options = ReturnType<typeof parseOptions>['values'];

/**
 * Answers one command line.
 * @param tools what reads and audits a lockfile. @param terminal its columns (absent where the output goes to none), and how progress is
 *   shown. Its signal ends the audit early: what was audited by then is the output, and the exit code is 130.
 * @throws UsageError, and what `parseArgs` throws.
 */
export async function answerAudit(
	argv: string[],
	around: Surroundings = ownSurroundings(),
	tools: AuditTools = AUDIT_TOOLS,
	terminal: { columns?: number | undefined; progress?: Progress; signal?: AbortSignal } = {},
): Promise<Answer> {
	const { values, positionals } = parseOptions(argv);
	const format = readFormat(values);
	if (values.shard !== undefined && format !== 'json')
		throw new UsageError('--shard prints what --merge joins, so it goes with --format json');
	const failOn = readFailOn(values['fail-on'] ?? [], 'audit');
	const { audits, isList, notes, isWhole, about } = values.merge
		? joinFiles(positionals, values)
		: await auditFiles(positionals, values, around, tools, terminal);
	const [note] = notes;
	if (audits.length === 0 && note !== undefined && notes.length === 1) throw new UsageError(note);
	if (audits.length === 0) return { output: '', notes, exitCode: 2 };
	const held = heldWordsOfAudits(failOn, audits);
	if (held.length > 0) notes.push(`--fail-on holds: ${held.join(', ')}`);
	const isInterrupted = terminal.signal?.aborted && audits.some(({ left }) => left);
	if (isInterrupted) notes.push(describeInterrupted(audits, !values['no-cache']));
	const inRepository = (audit: Audit): Audit => ({
		...audit,
		lockfile: { ...audit.lockfile, path: findSource(audit, around.cwd).path },
	});
	const print: Record<Format, () => string> = {
		json: () => auditJson(audits, isList),
		table: () => auditTable(audits, terminal.columns, about),
		markdown: () => auditMarkdown(audits.map(inRepository), about),
		sarif: () => auditSarif(audits, (audit) => findSource(audit, around.cwd), VERSION),
	};
	const exitCode = isWhole ? (held.length > 0 ? 1 : 0) : 2;
	return { output: print[format](), notes, exitCode: isInterrupted ? INTERRUPTED : exitCode };
}

/** The command. */
export const AUDIT: Command = {
	name: 'audit',
	help: AUDIT_HELP,
	run: async (argv) => {
		const progress = createProgress(process.stderr);
		const columns = process.stdout.isTTY ? process.stdout.columns : undefined;
		const terminal = { columns, progress, signal: abortOnInterrupt() };
		const answer = await answerAudit(argv, ownSurroundings(), AUDIT_TOOLS, terminal).finally(progress.clear);
		printAnswer(answer);
		// Requests that nobody waits for are still under way.
		if (answer.exitCode === INTERRUPTED) process.stdout.write('', () => process.exit());
	},
};

function parseOptions(argv: string[]) {
	return parseArgs({ args: argv, allowPositionals: true, options: AUDIT_OPTIONS });
}

function readFormat({ format, json }: Options): Format {
	const known: readonly string[] = FORMATS;
	if (format !== undefined && !known.includes(format))
		throw new UsageError(`--format is one of ${FORMATS.join(', ')}, not ${format.slice(0, 100)}`);
	if (json && format !== undefined && format !== 'json')
		throw new UsageError('--json is --format json: give one of both');
	return json ? 'json' : ((format ?? 'table') as Format);
}

/** Audits, and what else there is to say. */
interface Audited {
	audits: Audit[];
	/** Whether the JSON is a list, also if it has one audit. */
	isList: boolean;
	notes: string[];
	/** Whether every file could be read. */
	isWhole: boolean;
	/** Lines about how the registry was asked. */
	about: string[];
}

/** What of the options is about asking, and so goes without `--merge`. */
const ASKING = ['base', 'shard', 'policy', 'trusted-root', 'registry', 'now', 'offline', 'no-cache'] as const;

function joinFiles(files: readonly string[], values: Options): Audited {
	const odd = ASKING.find((name) => values[name] !== undefined);
	if (odd) throw new UsageError(`--merge asks nobody, so it goes without --${odd}`);
	if (files.length === 0) throw new UsageError('name the JSON files to join');
	return { ...readAudits(files), notes: [], isWhole: true, about: [] };
}

async function auditFiles(
	files: readonly string[],
	values: Options,
	around: Surroundings,
	tools: AuditTools,
	{ progress, signal }: { progress?: Progress; signal?: AbortSignal },
): Promise<Audited> {
	if (files.length === 0) throw new UsageError('name lockfiles, or results with --merge');
	const { offline = false, 'no-cache': noCache = false, base: bases = [] } = values;
	if (offline && noCache) throw new UsageError('--offline uses only the cache, so it goes without --no-cache');
	if (bases.length > 0 && bases.length !== files.length)
		throw new UsageError('give --base once for each lockfile, in the same order');
	const shard = values.shard === undefined ? undefined : readShard(values.shard);
	const now = values.now === undefined ? undefined : readTime('--now', values.now);
	const policy = readPolicy(values.policy);
	// Read again in each thread; a file that cannot be read ends the command before anybody is asked.
	await readTrustRoot(values['trusted-root'], now ?? new Date());
	const access = readRegistryAccess('general', values.registry, around);
	const registryBases = [...new Set([...REGISTRY_BASES, access.base])];
	const read = readLockfiles(files, bases, tools, {
		bases: registryBases,
		isElsewhere: createElsewhereCheck(values.registry, around),
	});
	const plan: AuditPlan = {
		access,
		bases: registryBases,
		trustedRoot: values['trusted-root'],
		policy,
		now: now?.getTime(),
		cache: noCache ? undefined : cacheFolder(around.env, around.home),
		isOffline: offline,
		connections: CONNECTIONS,
	};
	const disconnect = connectAs(access);
	try {
		const audits: Audit[] = [];
		for (const input of read.inputs) {
			const show = (done: number, total: number) =>
				progress?.show(printable(`${input.path}: ${done} of ${total} releases`));
			audits.push(await auditOne(input, shard, plan, tools, show, signal));
		}
		const { notes, isWhole } = read;
		return { audits, isList: new Set(files).size > 1, notes, isWhole, about: describeAccess(access) };
	} finally {
		disconnect();
		if (plan.cache !== undefined && !signal?.aborted) await tidyDisk(plan.cache, Date.now());
	}
}

async function auditOne(
	{ path, content, lockfile, removed }: LockfileInput,
	shard: Audit['shard'],
	plan: AuditPlan,
	tools: AuditTools,
	onProgress: (done: number, total: number) => void,
	signal: AbortSignal | undefined,
): Promise<Audit> {
	const audit = await tools.auditLockfile(shard ? shardOf(lockfile, shard) : lockfile, plan, onProgress, signal);
	const sha256 = createHash('sha256').update(content).digest('hex');
	const { schema, lockfile: about, packages, notCovered, counts, ...rest } = audit;
	return {
		schema,
		lockfile: { ...about, path, sha256 },
		packages,
		notCovered,
		...(removed && { removed }),
		counts,
		...(shard && { shard }),
		...rest,
	};
}

/** `2/8`. @throws UsageError where it is no part. */
function readShard(text: string): NonNullable<Audit['shard']> {
	const [, part, of] = /^(\d{1,4})\/(\d{1,4})$/.exec(text)?.map(Number) ?? [];
	if (part === undefined || of === undefined || part < 1 || part > of || of > MAX_PARTS)
		throw new UsageError(`--shard is I/N, from 1/N to N/N and of at most ${MAX_PARTS} parts: ${text.slice(0, 100)}`);
	return { part, of };
}

function describeAccess({ mirror, isUnchecked }: RegistryAccess): string[] {
	return [
		...(mirror ? [`The registry asked was ${mirror.address} (${mirror.place}).`] : []),
		...(isUnchecked ? ['Whether it was that registry that answered was not checked (strict-ssl=false).'] : []),
	];
}

// Last: while this waits, no constant below it would exist.
if (import.meta.main) await startCommand(AUDIT);
