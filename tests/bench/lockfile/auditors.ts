/** Owns how the lockfile rows start the registry and the processes that audit, and whether what was planted was found. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type NodeProcess, root, type Side, startBundle, startNode } from '../sides.ts';
import { auditInPage } from './page.ts';
import type { StandingOut } from './standing-out.ts';
import type { Fault } from './world.ts';

/** The places of rows in which answers of the registry are waited for: how late each is, in milliseconds. */
export const LATE: Readonly<Record<string, number>> = { Node: 0, 'Node, 50 ms': 50 };

/** What one audit took. */
interface Taken {
	ms: number;
	/** Of the process, at most. */
	rss: number;
	/** What the registry sent. */
	bytes: number;
	requests: number;
}

/** How ours audits. */
interface How {
	/** Whose sources. */
	side: Side;
	isNotCompared?: boolean;
	/** Folder of kept answers. */
	cache?: string;
	/** The lockfile with 50,000 packages instead. */
	isLong?: boolean;
}

/** The registry, and who asks it. */
export interface Auditors {
	/** @throws where a fault was not found, or something was found that is none. */
	ours(how: How): Promise<Taken>;
	/** The same of the audit page, in a browser of its own. */
	page(side: Side): Promise<Taken>;
	/** @throws where it did not verify what is genuine. */
	pacote(): Promise<Taken>;
	/** A new folder of kept answers. */
	cache(): string;
	close(): void;
}

/** How each fault shows: one of the codes of its row. */
const CODES: Readonly<Record<Fault, string>> = {
	'other-hash': 'lockfile-names-another-file',
	'other-address': 'lockfile-names-another-package',
	'other-subject': 'subject-name-differs',
	'broken-signature': 'signature-invalid',
	'other-registry-signature': 'registry-signature-invalid',
	malware: 'malware-advisory',
	lost: 'lost',
};

/** Without the list of releases nobody knows when a release without attestations was published. */
const UNCOMPARED = 'publish-time-unknown';

interface Listed {
	name: string;
	version: string;
	isAttested: boolean;
	fault?: Fault;
}

/** What an auditing process of ours says. */
interface Said {
	ms: number;
	rss: number;
	/** Codes of each row that stands out. */
	rows: StandingOut;
}

/** Starts the registry, or mints its world first. @param folder of the run. @param where one of `LATE`, or another place, where nothing is late. */
export async function openAuditors(folder: string, where: string): Promise<Auditors> {
	const world = join(folder, 'lockfile-world');
	const registry = startNode(root, 'lockfile-registry.ts', world);
	try {
		const base = await registry.next();
		const list: Listed[] = JSON.parse(readFileSync(join(world, 'list.json'), 'utf8'));
		const takeSent = async () => JSON.parse(await registry.next(String(LATE[where] ?? 0)));
		const take = async <T extends { ms: number; rss: number }>(run: () => Promise<T>, check: (said: T) => void) => {
			await takeSent();
			const said = await run();
			const { bytes, requests } = await takeSent();
			check(said);
			return { ms: said.ms, rss: said.rss, bytes, requests };
		};
		/** In a process of its own, so that nothing is warm and memory is its own. */
		const run = <T extends { ms: number; rss: number }>(start: () => NodeProcess, check: (said: T) => void) =>
			take<T>(async () => {
				const node = start();
				try {
					return JSON.parse(await node.next());
				} finally {
					node.stop();
				}
			}, check);
		return {
			ours: async ({ side, isLong = false, ...how }) => {
				const bundle = await side.bundle('lockfile-ours.ts');
				const plan = {
					lockfile: join(world, isLong ? 'many-lock.json' : 'package-lock.json'),
					base,
					trustedRoot: join(world, 'trust-root.json'),
					...how,
				};
				const planted = isLong ? [] : list.filter(({ fault }) => fault !== 'lost' || !how.isNotCompared);
				return run<Said>(
					() => startBundle(bundle, plan),
					({ rows }) => checkFound(planted, rows, how.isNotCompared),
				);
			},
			page: async (side) => {
				const { npmKeys, ...trustedRoot } = JSON.parse(readFileSync(join(world, 'trust-root.json'), 'utf8'));
				const authority = { trustedRoot, registryKeys: npmKeys };
				const extension = await side.extension('chromium', { name: 'lockfile-world', options: { authority } });
				return take(
					() => auditInPage(extension, new URL(base).host, join(world, 'package-lock.json')),
					({ rows }) => checkFound(list, rows),
				);
			},
			pacote: () =>
				run<{ ms: number; rss: number; attested: number; refused: object }>(
					() => startNode(undefined, 'lockfile-pacote.ts', world, base),
					({ attested, refused }) => checkVerified(list, attested, Object.keys(refused)),
				),
			cache: () => mkdtempSync(join(folder, 'kept-')),
			close: () => registry.stop(),
		};
	} catch (error) {
		registry.stop();
		throw error;
	}
}

/** Deletes kept answers. */
export function clear(cache: string): void {
	rmSync(cache, { recursive: true, force: true });
}

function checkFound(list: readonly Listed[], rows: Said['rows'], isNotCompared = false): void {
	const faults = new Map(list.flatMap(({ name, version, fault }) => (fault ? [[`${name}@${version}`, fault]] : [])));
	const missed = [...faults].filter(([spec, fault]) => !rows[spec]?.includes(CODES[fault as Fault]));
	if (missed.length > 0)
		throw new Error(
			`${missed.length} faults were not found, as ${missed[0]?.join(': ')}, which is ${rows[missed[0]?.[0] ?? '']}`,
		);
	const odd = Object.entries(rows).filter(
		([spec, codes]) => !faults.has(spec) && !(isNotCompared && codes.includes(UNCOMPARED)),
	);
	if (odd.length > 0) throw new Error(`${odd.length} rows stand out for nothing, as ${odd[0]?.flat().join(', ')}`);
}

/** pacote compares no lockfile, and knows nothing of malware and losses. */
function checkVerified(list: readonly Listed[], attested: number, refused: readonly string[]): void {
	const wrong: readonly (Fault | undefined)[] = ['other-subject', 'broken-signature', 'other-registry-signature'];
	const toRefuse = list.filter(({ fault }) => wrong.includes(fault));
	const isAsItShould = toRefuse.every(({ name, version }) => refused.includes(`${name}@${version}`));
	if (!isAsItShould || refused.length !== toRefuse.length) throw new Error(`pacote refused ${refused.length} packages`);
	const toVerify = list.filter(({ isAttested, fault }) => isAttested && !wrong.includes(fault)).length;
	if (attested !== toVerify) throw new Error(`pacote verified the attestations of ${attested} packages`);
}
