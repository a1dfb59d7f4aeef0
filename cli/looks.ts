/** Owns `--look`: which looks, whom they ask, and that they are made. */
import { createGitHub } from '../lib/external/github.ts';
import { createRekor } from '../lib/external/rekor.ts';
import { compare } from '../lib/inspect/complete.ts';
import { type InspectContext, inspect } from '../lib/inspect/inspect.ts';
import { look } from '../lib/look/look.ts';
import { createRegistry } from '../lib/registry/client.ts';
import type { Inspection } from '../lib/report/evidence.ts';
import { LOOKS, type LookName } from '../lib/report/looks.ts';
import { createElsewhereCheck, isLoopback, type RegistryAccess, type Surroundings } from './npm-config.ts';
import { suggest, UsageError } from './usage.ts';

/** Which looks, and the addresses to ask instead of the public ones. */
export interface LooksWanted {
	names: LookName[];
	github?: string;
	rekor?: string;
}

interface Options {
	look?: string[] | undefined;
	github?: string | undefined;
	rekor?: string | undefined;
	from?: string | undefined;
	attestations?: string | undefined;
	tarball?: string | undefined;
}

/**
 * The looks that the options name; nothing where there is none.
 * @throws UsageError for a word that is no look, an address that may not be asked, and beside `--from` or files.
 */
export function readLooks(options: Options): LooksWanted | undefined {
	const [github, rekor] = (['github', 'rekor'] as const).map((name) => readAddress(name, options[name]));
	if (options.look === undefined) return undefined;
	const names = options.look.flatMap((list) => list.split(',')).map((word) => word.trim());
	for (const name of names)
		if (!(LOOKS as readonly string[]).includes(name))
			throw new UsageError(
				name === ''
					? '--look has an empty word'
					: `--look knows no look "${name.slice(0, 100)}": ${LOOKS.join(', ')}.${suggest(name, LOOKS)}`,
			);
	if (options.from !== undefined) throw new UsageError('--look goes without --from: look at one release');
	if (options.attestations !== undefined || options.tarball !== undefined)
		throw new UsageError('--look asks hosts, so it goes without --attestations and --tarball');
	return {
		names: names as LookName[],
		...(github !== undefined && { github }),
		...(rekor !== undefined && { rekor }),
	};
}

/** @throws UsageError */
function readAddress(option: string, text: string | undefined): string | undefined {
	if (text === undefined) return undefined;
	const url = URL.canParse(text) ? new URL(text) : undefined;
	const isAllowed = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname));
	if (!url || !isAllowed || url.username !== '' || url.search !== '' || url.hash !== '')
		throw new UsageError(`--${option} is no https address, nor http on a loopback address: ${text.slice(0, 100)}`);
	return url.href;
}

/** Makes the looks over a completed inspection. */
export function makeLooks(
	{ names, github, rekor, access }: LooksWanted & { access: RegistryAccess },
	inspection: Inspection,
	world: InspectContext,
	around: Surroundings,
): Promise<Inspection> {
	return look(
		names,
		inspection,
		{
			github: createGitHub({ base: github }),
			rekor: createRekor({ base: rekor }),
			registry: createRegistry(access.base, { headers: access.headers }),
			trust: world.trust,
			reportOn: async (spec) => (await compare(await inspect(spec, world), world)).report,
			isElsewhere: createElsewhereCheck(access.mirror?.place === '--registry' ? access.base : undefined, around),
			now: world.now,
		},
		{ policies: world.policies },
	);
}
