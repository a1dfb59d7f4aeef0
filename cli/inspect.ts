/** Owns `npm run -s inspect`: the same lib/inspect/inspect.ts that the extension runs, in Node, printing the same Report. */
import { createHash } from 'node:crypto';
import { parseArgs } from 'node:util';
import { compare } from '../lib/inspect/complete.ts';
import { type InspectContext, inspect } from '../lib/inspect/inspect.ts';
import { inspectSideBySide } from '../lib/inspect/side-by-side.ts';
import { type Lookup, parseLookup } from '../lib/npm/lookup.ts';
import { parseSpec, type ReleaseSpec, releaseSpec, specText } from '../lib/npm/spec.ts';
import { createRegistry } from '../lib/registry/client.ts';
import type { ReleaseRegistry } from '../lib/registry/registry.ts';
import { LOOKS } from '../lib/report/looks.ts';
import { failed, success } from '../lib/report/result.ts';
import type { SideBySide } from '../lib/report/side-by-side.ts';
import { VERDICTS } from '../lib/report/verdict.ts';
import { describeLookup, describeNoRelease } from '../lib/text/en/lookup.ts';
import { CI_WORDS, heldWords, readFailOn } from './fail-on.ts';
import { answerFiles } from './files.ts';
import { readPolicy, readTrustRoot } from './inputs.ts';
import { makeLooks, readLooks } from './looks.ts';
import {
	connectAs,
	ownSurroundings,
	type RegistryAccess,
	readRegistryAccess,
	type Surroundings,
} from './npm-config.ts';
import { reportText, sideBySideText } from './report-text.ts';
import {
	type Answer,
	type Command,
	printAnswer,
	printableJson,
	readInput,
	readJson,
	readTime,
	startCommand,
	UsageError,
} from './usage.ts';

/** What `--help` prints. */
export const INSPECT_HELP = `Says where one release of an npm package comes from: checks its attestations on this machine and prints the Report.

Usage: npm run -s inspect -- NAME[@VERSION] | PURL | ADDRESS [OPTION ...]
       npm run -s inspect -- --offline FILE... [OPTION ...]

The package, as one of
  NAME[@VERSION]          a version, a dist-tag or a range; without one, the latest: sigstore, @scope/name@^1
  PURL                    pkg:npm/%40scope/name@1.2.3
  ADDRESS                 of its page on npm's site; or an install line, or a package manager's trust-downgrade error, in quotes

Options
  --json                  print the Report as JSON
  --from VERSION          compare with this release of the same package (a version, dist-tag or range): what differs in
                          origin, scripts, dependencies, size and publisher, and who says it
  --look LOOK,...         look at what nobody signed, and list what was read:
                          ${LOOKS.join(', ')}.
                          files and scripts fetch the package's file; log asks the public log (Rekor); all others but
                          dependencies ask GitHub, which answers 60 requests an hour. Without it only the registry is asked
  --github URL            ask this address instead of GitHub, for its API and its files alike: https, or http on loopback
  --rekor URL             ask this address instead of the public log, in the same way
  --fail-on WORD,...      exit with 1 where one of the words holds: a verdict, not-compared (with earlier releases),
                          warning (the Report has one), the code of a finding, or ci; may be given several times.
                          With --from it is about the release compared to, never about the one compared from
  --policy FILE           your allowlist, as the options page saves it
  --trusted-root FILE     a trust root of your own, as the options page takes it
  --registry URL          a mirror of npm's registry: https, or http on a loopback address
  --now ISO               check as of this time: 2026-01-31T12:00:00Z
  --attestations FILE --tarball FILE
                          check these two files and ask nobody; name an exact version
  --offline FILE...       check files and ask nobody: Sigstore bundles (.json, or .jsonl with one a line), the attestations
                          that the report page saves, and one package file (.tgz) that they are about. Takes --json,
                          --policy, --trusted-root, --now, and --fail-on mismatch, not-allowed, unknown, none (the files hold
                          no record), provenance-not-given, the code of a failure (file-not-given), or ci, which is
                          mismatch,not-allowed,unknown,none
  --help                  print this

Verdicts, the worst first: ${VERDICTS.join(', ')}.

Exit codes
  0    done, whatever the verdict
  1    a word of --fail-on holds; it is named on the error stream
  2    bad usage, or a file that cannot be read; one line on the error stream says what and where
  130  interrupted (Ctrl-C)

In continuous integration: --fail-on ci, which is ${CI_WORDS.join(',')}.
Without it a registry that cannot be reached ends with 0: the verdict is unknown, and no verdict is a failure unless you ask.

The registry, its scopes and tokens, cafile, strict-ssl and proxies are taken from .npmrc (of the project, the user and the
machine) and from npm_config_*, HTTPS_PROXY, HTTP_PROXY and NO_PROXY. There are no colours.`;

const string = { type: 'string' } as const;
/** For `parseArgs`; `--help` names each. */
export const INSPECT_OPTIONS = {
	json: { type: 'boolean' },
	'fail-on': { type: 'string', multiple: true },
	from: string,
	look: { type: 'string', multiple: true },
	github: string,
	rekor: string,
	registry: string,
	now: string,
	policy: string,
	'trusted-root': string,
	attestations: string,
	tarball: string,
	offline: { type: 'boolean' },
} as const;

/** Answers one command line. @throws UsageError, and what `parseArgs` throws. */
export async function answerInspect(argv: string[], around: Surroundings = ownSurroundings()): Promise<Answer> {
	const { values, positionals } = parseOptions(argv);
	if (values.offline) return answerFiles(positionals, values);
	const failOn = readFailOn(values['fail-on'] ?? []);
	const { spec, notes, alarm } = readSpec(positionals);
	const from = readFrom(spec, values);
	const now = values.now === undefined ? undefined : readTime('--now', values.now);
	const policy = readPolicy(values.policy);
	const looks = readLooks(values);
	const { registry, access } = chooseRegistry(spec, values, around);
	const world: InspectContext = {
		registry,
		trust: await readTrustRoot(values['trusted-root'], now ?? new Date()),
		now: () => now ?? new Date(),
		...(values.attestations !== undefined && { isOfFiles: true }),
		...(access && { fileHosts: [new URL(access.base).host] }),
		...(policy && { policies: [{ policy, setBy: 'you' as const }] }),
	};
	// Its own bytes are at hand, so the statements are held against them.
	const file = values.tarball === undefined ? undefined : new Uint8Array(readInput(values.tarball));
	const disconnect = access && connectAs(access);
	try {
		const pair = from && (await inspectPair(from, spec, world));
		const inspected = pair ? { report: pair.to, evidence: {} } : await compare(await inspect(spec, world, file), world);
		const inspection = looks && access ? await makeLooks({ ...looks, access }, inspected, world, around) : inspected;
		const { report } = inspection;
		const held = heldWords(failOn, report);
		if (held.length > 0) notes.push(`--fail-on holds: ${held.join(', ')}`);
		const text = pair ? () => sideBySideText(pair, access) : () => reportText(inspection, access, alarm);
		return {
			output: values.json ? printableJson(pair ? { schema: 1, ...pair } : report) : text(),
			notes,
			exitCode: held.length > 0 ? 1 : 0,
		};
	} finally {
		disconnect?.();
	}
}

/** The command. */
export const INSPECT: Command = {
	name: 'inspect',
	help: INSPECT_HELP,
	run: async (argv) => printAnswer(await answerInspect(argv)),
};
if (import.meta.main) await startCommand(INSPECT);

function parseOptions(argv: string[]) {
	return parseArgs({ args: argv, allowPositionals: true, options: INSPECT_OPTIONS });
}

type Options = ReturnType<typeof parseOptions>['values'];

/** The one release that the words name. Other words of a pasted line are noted. */
function readSpec(words: string[]): { spec: ReleaseSpec; notes: string[]; alarm?: Lookup['alarm'] } {
	if (words.length === 0) throw new UsageError('name one package');
	const lookup = parseLookup(words.join(' '));
	const about = describeLookup(lookup);
	if (!lookup.ok) throw new UsageError(about);
	const [spec, ...others] = lookup.specs;
	const count = lookup.specs.length + lookup.left + lookup.elsewhere.length;
	if (!spec || count > 1) {
		const named = [...(spec ? [spec, ...others].map(specText) : []), ...lookup.elsewhere].slice(0, 5);
		const more = count > named.length ? ` and ${count - named.length} more` : '';
		throw new UsageError(`name exactly one package; this names ${count}: ${named.join(', ')}${more}`);
	}
	// Separate words are separate packages; only one pasted line may have other words.
	if (words.length > 1 && about !== '')
		throw new UsageError(`name exactly one package. ${about} What could be read is ${specText(spec)}`);
	return { spec, notes: about === '' ? [] : [about], ...(lookup.alarm && { alarm: lookup.alarm }) };
}

/**
 * The release of `--from`: a version, tag or range of the same package, with or without its name.
 * See docs/decisions/0116-side-by-side-on-the-command-line.md.
 */
function readFrom(to: ReleaseSpec, { from, attestations, tarball }: Options): ReleaseSpec | undefined {
	if (from === undefined) return undefined;
	if (attestations !== undefined || tarball !== undefined)
		throw new UsageError('--from asks the registry, so it goes without --attestations and --tarball');
	const written = from.slice(0, 100);
	const spec = from.startsWith(`${to.name}@`) ? parseSpec(from) : releaseSpec(to.name, from.trim());
	if (!spec) throw new UsageError(`--from is no version, tag or range of ${to.name}: ${written}`);
	if (spec.selector === to.selector) throw new UsageError(`--from names ${specText(to)} too: name two releases`);
	return spec;
}

/** Both releases, and what differs. @throws UsageError where there is no release to compare from, or both are one. */
async function inspectPair(from: ReleaseSpec, to: ReleaseSpec, world: InspectContext): Promise<SideBySide> {
	const pair = await inspectSideBySide(from, to, world);
	const isMissing = pair.from.claims.some((claim) => 'failure' in claim && claim.failure.code === 'release-not-found');
	if (isMissing) throw new UsageError(`--from ${from.selector}: ${describeNoRelease(from)}`);
	const { name, version } = pair.to.release;
	if (pair.from.release.version === version)
		throw new UsageError(`--from ${from.selector} is ${name}@${version} too: name two releases`);
	return pair;
}

/** The live registry, a mirror of it, or two files instead of it. */
function chooseRegistry(
	spec: ReleaseSpec,
	{ registry, attestations, tarball }: Options,
	around: Surroundings,
): { registry: ReleaseRegistry; access?: RegistryAccess } {
	if (attestations !== undefined || tarball !== undefined) {
		if (attestations === undefined || tarball === undefined || registry !== undefined)
			throw new UsageError('--attestations and --tarball go together, and without --registry');
		if (spec.kind !== 'version') throw new UsageError('with files, name an exact version');
		return { registry: registryOfFiles(spec, readJson(attestations), readInput(tarball)) };
	}
	const access = readRegistryAccess(spec.name, registry, around);
	return { registry: createRegistry(access.base, { headers: access.headers }), access };
}

function registryOfFiles(
	{ name, selector: version }: ReleaseSpec,
	attestations: unknown,
	tarball: Buffer,
): ReleaseRegistry {
	const integrity = `sha512-${createHash('sha512').update(tarball).digest('base64')}`;
	return {
		fetchManifest: async () => success({ name, version, integrity, signatures: [] }),
		fetchAttestations: async () => success(attestations),
		fetchPackument: async () => failed('files-only'),
	};
}
