/** Owns `npm run -s preflight`: the rules of lib/preflight over workflow files, and the practical floor of a package by the registry's word. */
import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { gatherPackageFacts, type LoggedFacts } from '../lib/inspect/package-facts.ts';
import { isPackageName } from '../lib/npm/spec.ts';
import { commonMistakes, practicalFloor } from '../lib/preflight/floor.ts';
import { type Locks, parseLock } from '../lib/preflight/lock.ts';
import { RULE_IDS } from '../lib/preflight/rule-kinds.ts';
import { type PreflightFile, type PreflightFinding, preflight } from '../lib/preflight/run.ts';
import { createRegistry } from '../lib/registry/client.ts';
import type { Failure } from '../lib/report/result.ts';
import { embeddedTrustRoot } from '../lib/sigstore/trust-root.ts';
import { describeFailure } from '../lib/text/en/failures.ts';
import { describeSeen, describeUnreadable } from '../lib/text/en/preflight.ts';
import { describePreflight, preflightLines } from '../lib/text/en/preflight-page.ts';
import { readWords } from './fail-on.ts';
import {
	connectAs,
	ownSurroundings,
	type RegistryAccess,
	readRegistryAccess,
	type Surroundings,
} from './npm-config.ts';
import {
	type Answer,
	type Command,
	printAnswer,
	printable,
	printableJson,
	readText,
	readTime,
	startCommand,
	UsageError,
} from './usage.ts';

/** What `--help` prints. */
export const PREFLIGHT_HELP = `Lists what to read in workflow files that publish to npm, and what a maintainer can change. It gives no score.

Usage: npm run -s preflight -- FILE... [--package NAME] [OPTION ...]

FILE is a workflow of GitHub Actions. Only jobs that can reach what is published are read. actions.lock beside a file counts.

Options
  --package NAME          the practical floor of this package, by what the registry says of its latest release
  --json                  print { "schema": 1, "findings": [...] }; with --package also "package" and "floor"
  --fail-on WORD,...      exit with 1 where one of the words holds: a rule, look or note (any finding of that weight),
                          or ci, which is look; may be given several times
  --now ISO               name the defaults of GitHub and npm on this day: of a release, or another
  --registry URL          a mirror of npm's registry: https, or http on a loopback address
  --help                  print this

Rules: ${RULE_IDS.join(', ')}.

Exit codes
  0    done, whatever was found
  1    a word of --fail-on holds; it is named on the error stream
  2    bad usage, or a file that cannot be read; one line on the error stream for each, and the other files are still read
  130  interrupted (Ctrl-C)

In continuous integration: --fail-on ci. Without --package nobody is asked: what is read are the files that are named.
With it, the registry, tokens and proxies are taken from .npmrc, as npm does.`;

/** The name of the file in which GitHub keeps the commits of a repository's actions. */
const LOCK_NAME = 'actions.lock';

const string = { type: 'string' } as const;
/** For `parseArgs`; `--help` names each. */
export const PREFLIGHT_OPTIONS = {
	json: { type: 'boolean' },
	'fail-on': { type: 'string', multiple: true },
	package: string,
	now: string,
	registry: string,
} as const;

/** A finding as the contract has it. */
function findingJson(finding: PreflightFinding) {
	const { file, rule, line, column, weight } = finding;
	return { file, rule, line, column, weight, message: describeSeen(finding) };
}

/** Answers one command line. @throws UsageError, and what `parseArgs` throws. */
export async function answerPreflight(argv: string[], around: Surroundings = ownSurroundings()): Promise<Answer> {
	const { values, positionals } = parseArgs({ args: argv, allowPositionals: true, options: PREFLIGHT_OPTIONS });
	if (positionals.length === 0 && values.package === undefined)
		throw new UsageError('name workflow files, or a package with --package');
	const known = [...RULE_IDS, 'look', 'note', 'ci'];
	const failOn = readWords(values['fail-on'] ?? [], known, 'rules, look, note, ci');
	const now = values.now === undefined ? new Date() : readTime('--now', values.now);
	const { files, notes, isWhole } = readFiles(positionals);
	const facts =
		values.package === undefined ? undefined : await readPackage(values.package, values.registry, around, now);
	const findings = files.flatMap((file) => file.findings);
	for (const { file, isCut } of files)
		if (isCut) notes.push(`${file}: a rule found more than 1,000; the rest is left out`);
	const held = heldWords(failOn, findings);
	if (held.length > 0) notes.push(`--fail-on holds: ${held.join(', ')}`);
	const floor = practicalFloor(files, facts);
	const at = now.toISOString();
	const page = describePreflight({
		files,
		floor,
		mistakes: commonMistakes(files, facts),
		at,
		...(facts && { logged: facts }),
	});
	const package_ = facts && { package: { name: facts.name, version: facts.version }, floor };
	return {
		output: values.json
			? printableJson({ schema: 1, findings: findings.map(findingJson), ...package_ })
			: [...preflightLines(page, at), ...mirrorLines(facts?.mirror)].map(printable).join('\n'),
		notes,
		exitCode: isWhole ? (held.length > 0 ? 1 : 0) : 2,
	};
}

/** The command. */
export const PREFLIGHT: Command = {
	name: 'preflight',
	help: PREFLIGHT_HELP,
	run: async (argv) => printAnswer(await answerPreflight(argv)),
};
if (import.meta.main) await startCommand(PREFLIGHT);

/** Reads each file. One that cannot be read is a note, and the others are still read. */
function readFiles(names: readonly string[]): { files: PreflightFile[]; notes: string[]; isWhole: boolean } {
	const files: PreflightFile[] = [];
	const notes: string[] = [];
	let isWhole = true;
	const attempt = <T>(read: () => T): T | undefined => {
		try {
			return read();
		} catch (error) {
			if (!(error instanceof UsageError)) throw error;
			notes.push(error.message);
			isWhole = false;
			return undefined;
		}
	};
	const locks = new Map<string, Locks | undefined>();
	const lockBeside = (file: string): Locks | undefined => {
		const lock = join(dirname(file), LOCK_NAME);
		if (!locks.has(lock)) locks.set(lock, existsSync(lock) ? attempt(() => readLock(lock)) : undefined);
		return locks.get(lock);
	};
	// The same file twice is read once.
	for (const file of new Set(names)) {
		if (basename(file) === LOCK_NAME) {
			attempt(() => readLock(file));
			continue;
		}
		const text = attempt(() => readText(file));
		if (text === undefined) continue;
		const result = preflight({ file, text }, lockBeside(file));
		if (result.ok) files.push(result.value);
		else {
			notes.push(`cannot read ${describeUnreadable(file, result.failure)}`);
			isWhole = false;
		}
	}
	return { files, notes, isWhole };
}

/** @throws UsageError where it is no YAML. */
function readLock(file: string): Locks {
	const parsed = parseLock(readText(file));
	if (!parsed.ok) throw new UsageError(`cannot read ${describeUnreadable(file, parsed.failure)}`);
	return parsed.locks;
}

function heldWords(words: readonly string[], findings: readonly PreflightFinding[]): string[] {
	const held = new Set<string>(findings.flatMap(({ rule, weight }) => [rule, weight]));
	if (held.has('look')) held.add('ci');
	return [...new Set(words)].filter((word) => held.has(word));
}

/**
 * What the registry says of a package's latest release, and the identity of its certificate if its signatures hold.
 * @throws UsageError where the name is none, or the registry does not give the list of releases.
 */
async function readPackage(
	name: string,
	option: string | undefined,
	around: Surroundings,
	now: Date,
): Promise<LoggedFacts & { mirror?: RegistryAccess['mirror'] }> {
	if (!isPackageName(name)) throw new UsageError(`--package is no name of a package: ${name.slice(0, 100)}`);
	const access = readRegistryAccess(name, option, around);
	const disconnect = connectAs(access);
	try {
		const registry = createRegistry(access.base, { headers: access.headers });
		const world = { registry, trust: embeddedTrustRoot(), now: () => now };
		const facts = await gatherPackageFacts(name, world);
		if (!facts.ok) throw new UsageError(refusalOf(name, facts.failure));
		return { ...facts.value, ...(access.mirror && { mirror: access.mirror }) };
	} finally {
		disconnect();
	}
}

/** The line about a package that was not read; a detail of ours says more than the sentence of its code. */
function refusalOf(name: string, { code, detail }: Failure): string {
	const said = code === 'release-not-found' && detail !== undefined ? detail : describeFailure({ code });
	return `--package ${name}: ${said} [${code}]`;
}

/** A mirror may leave out who published, and attestations. */
function mirrorLines(mirror: RegistryAccess['mirror']): string[] {
	if (!mirror) return [];
	return [
		`The registry asked was ${mirror.address} (${mirror.place}). A mirror may leave out who published, and attestations.`,
	];
}
