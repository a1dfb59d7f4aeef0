/** Owns `npm run -s inspect`: the same lib/inspect.ts that the extension runs, in Node, printing the same Report. */
import { createHash } from 'node:crypto';
import { parseArgs } from 'node:util';
import { compare } from '../../lib/complete.ts';
import { inspect, type World } from '../../lib/inspect.ts';
import { type Policy, parsePolicyFile } from '../../lib/policy.ts';
import { createRegistry, type ReleaseRegistry } from '../../lib/registry.ts';
import { parseSpec, type ReleaseSpec } from '../../lib/release.ts';
import { type ClaimId, LIMIT_IDS, type Report, success } from '../../lib/report.ts';
import { embeddedTrustRoot, type TrustRoot } from '../../lib/sigstore/trust-root.ts';
import { parseTrustRootFile } from '../../lib/trust-root-file.ts';
import {
	CLAIM_HEADINGS,
	CLAIM_NAMES,
	describeClaim,
	describeFinding,
	describePanel,
	panelLines,
	SAID_BY,
} from '../../lib/wording.ts';
import { readInput, readTime, runCommand, UsageError } from './usage.ts';

const USAGE =
	'usage: npm run -s inspect -- NAME[@VERSION] [--json] [--registry URL] [--now ISO] [--policy FILE] [--trusted-root FILE] [--attestations FILE --tarball FILE]';

await runCommand(USAGE, main);

async function main(argv: string[]): Promise<void> {
	const { values, positionals } = parseOptions(argv);
	const [text, ...others] = positionals;
	if (text === undefined || others.length > 0) throw new UsageError('name exactly one release');
	const spec = parseSpec(text);
	if (!spec) throw new UsageError(`not a release: ${text.slice(0, 100)}`);
	const now = values.now === undefined ? undefined : readTime('--now', values.now);
	const policy = choosePolicy(values.policy);
	const world: World = {
		registry: chooseRegistry(spec, values),
		trust: await chooseTrustRoot(values['trusted-root'], now ?? new Date()),
		now: () => now ?? new Date(),
		...(values.attestations !== undefined && { isOfFiles: true }),
		...(values.registry !== undefined && { fileHosts: [new URL(values.registry).host] }),
		...(policy && { policies: [{ policy, setBy: 'you' as const }] }),
	};
	// Its own bytes are at hand, so the statements are held against them.
	const file = values.tarball === undefined ? undefined : new Uint8Array(readInput(values.tarball));
	const { report } = await compare(await inspect(spec, world, file), world);
	console.log(values.json ? JSON.stringify(report, null, 2) : asText(report));
}

function parseOptions(argv: string[]) {
	const string = { type: 'string' } as const;
	return parseArgs({
		args: argv,
		allowPositionals: true,
		options: {
			json: { type: 'boolean' },
			registry: string,
			now: string,
			policy: string,
			'trusted-root': string,
			attestations: string,
			tarball: string,
		},
	});
}

type Options = ReturnType<typeof parseOptions>['values'];

/** The live registry, a mirror of it, or two files that stand in for it. */
function chooseRegistry(spec: ReleaseSpec, { registry, attestations, tarball }: Options): ReleaseRegistry {
	if (attestations !== undefined || tarball !== undefined) {
		if (attestations === undefined || tarball === undefined || registry !== undefined)
			throw new UsageError('--attestations and --tarball go together, and without --registry');
		if (spec.kind !== 'version') throw new UsageError('with files, name an exact version');
		return registryOfFiles(spec, readJson(attestations), readInput(tarball));
	}
	if (registry === undefined) return createRegistry();
	let url: URL;
	try {
		url = new URL(registry);
	} catch {
		throw new UsageError(`--registry is no address: ${registry}`);
	}
	const isLoopback = ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);
	if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback))
		throw new UsageError('--registry must be https (or http on a loopback address)');
	return createRegistry(registry);
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
		fetchPackument: async () => success(undefined),
	};
}

/** The embedded root, or a file as the options page imports it, named by its path and of the day of the check. */
async function chooseTrustRoot(file: string | undefined, now: Date): Promise<TrustRoot> {
	if (file === undefined) return embeddedTrustRoot();
	const info = { source: 'custom', version: file, takenAt: now.toISOString().slice(0, 10) } as const;
	const parsed = await parseTrustRootFile(readInput(file).toString('utf8'), info);
	if (!parsed.ok) throw new UsageError(`--trusted-root ${file}: ${parsed.failure.code}: ${parsed.failure.detail}`);
	return parsed.value.root;
}

function choosePolicy(file: string | undefined): Policy | undefined {
	if (file === undefined) return undefined;
	const parsed = parsePolicyFile(readInput(file).toString('utf8'));
	if (!parsed.ok) throw new UsageError(`--policy ${file}: ${parsed.failure.code}: ${parsed.failure.detail}`);
	return parsed.value;
}

function readJson(file: string): unknown {
	try {
		return JSON.parse(readInput(file).toString('utf8'));
	} catch (error) {
		if (error instanceof UsageError) throw error;
		throw new UsageError(`not JSON: ${file}`);
	}
}

/** The Report as people read it in a terminal. */
function asText(report: Report): string {
	const panel = panelLines(describePanel(report));
	const isLimit = (id: ClaimId) => (LIMIT_IDS as readonly ClaimId[]).includes(id);
	const claims = (areLimits: boolean) =>
		report.claims
			.filter(({ id }) => isLimit(id) === areLimits)
			.map((claim) => `  ${CLAIM_NAMES[claim.id]}\n    ${describeClaim(claim)}`);
	const findings = report.findings.map(
		(finding) => `  ${SAID_BY[finding.saidBy]}: ${describeFinding(finding)} ${finding.detail ?? ''}`,
	);
	const { source, version, takenAt } = report.trustRoot;
	return [
		`${report.verdict}: ${panel[0]}`,
		...panel.slice(1),
		'',
		CLAIM_HEADINGS.checked,
		...claims(false),
		'',
		CLAIM_HEADINGS.limits,
		...claims(true),
		...(findings.length > 0 ? ['', 'Noticed', ...findings] : []),
		'',
		`Checked ${report.checkedAt} against the ${source} trust root, version ${version} of ${takenAt}. Nobody has audited this program.`,
	].join('\n');
}
