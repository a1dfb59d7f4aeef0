/** Owns `npm run record`: what the live registry answers about one release, kept for `npm start -- --recorded`; or GitHub and the log. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { runCommand, UsageError } from '../cli/usage.ts';
import { parseSpec, type ReleaseSpec, specText } from '../lib/npm/spec.ts';
import { createRegistry } from '../lib/registry/client.ts';
import type { Result } from '../lib/report/result.ts';
import { OWN_RECORDINGS, type Packument } from '../tests/support/recordings.ts';
import { type LookRecording, recordLooks } from './record-looks.ts';

const HELP = `usage: npm run record -- [--github] NAME@VERSION

  --github    keep what GitHub and the public log answer to the looks at the release, and not what the registry does`;

/**
 * Records one release, and prints the file that holds it.
 * @param argv the words of the command. @param world where looks are recorded elsewhere, and into which folder: in tests.
 * @throws UsageError for other words, and for a release that cannot be recorded.
 */
export async function record(
	argv: readonly string[],
	{ folder = OWN_RECORDINGS, ...recording }: LookRecording & { folder?: string } = {},
): Promise<void> {
	const isOfLooks = argv.includes('--github');
	const [text, ...others] = argv.filter((word) => word !== '--github');
	const spec = text === undefined ? undefined : parseSpec(text);
	if (spec?.kind !== 'version' || others.length > 0) throw new UsageError('name one release by its exact version');
	const file = join(folder, specText(spec).replace('/', '+'));
	if (isOfLooks) {
		const { records, said } = await recordLooks(specText(spec), recording);
		console.log(said);
		await keep(`${file}.looks.json`, records);
	} else await keep(`${file}.json`, await recordRelease(spec));
}

if (import.meta.main) await runCommand(HELP, (argv) => record(argv));

async function recordRelease({ name, selector: version }: ReleaseSpec): Promise<object> {
	const registry = createRegistry();
	const answer = expectAnswer(await registry.fetchPackument(name)) as Blob;
	const packument: Packument = JSON.parse(await answer.text());
	const manifest = packument.versions?.[version];
	if (!manifest) throw new UsageError(`the registry has no ${name}@${version}`);
	const attestations = expectAnswer(await registry.fetchAttestations(name, version)) ?? null;
	return {
		version,
		// Served alone, and without what concerns people: their addresses.
		packument: {
			name,
			'dist-tags': { latest: version },
			time: { [version]: packument.time[version] },
			versions: { [version]: withoutPeople(manifest) },
		},
		attestations,
	};
}

async function keep(file: string, recording: unknown): Promise<void> {
	await mkdir(dirname(file), { recursive: true });
	await writeFile(file, `${JSON.stringify(recording, null, '\t')}\n`);
	console.log(file);
}

function expectAnswer(result: Result<unknown>): unknown {
	if (result.ok) return result.value;
	const { code, detail } = result.failure;
	throw new UsageError(`the registry did not answer: ${code}${detail ? ` (${detail})` : ''}`);
}

function withoutPeople(manifest: Record<string, unknown>): Record<string, unknown> {
	const { maintainers, author, contributors, ...rest } = manifest;
	const user = rest._npmUser as Record<string, unknown> | undefined;
	if (!user) return rest;
	const { email, ...kept } = user;
	return { ...rest, _npmUser: kept };
}
