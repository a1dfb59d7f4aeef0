/**
 * Owns `first-verdict-fresh-worker` and `first-verdict-renewed-root`: from the start of the service worker, which a message wakes, to
 * the answer at the page that asked; the evidence is kept on this machine, and so is the trust root where TUF has renewed it.
 * Node's side is from the first line of a running Node: to load sigstore-js, and to verify one attestation of the two.
 */
import seed from '../../../lib/sigstore/seed.json' with { type: 'json' };
import { startBrowser } from '../../support/browser.ts';
import { packageOf, readRelease } from '../../support/recordings.ts';
import { startServer } from '../../support/server.ts';
import { makeRoleKeys, mintTufRepository, type TufFiles } from '../../support/tuf-repository.ts';
import type { Measurement } from '../runner.ts';
import { type Bench, backgroundOf, type Side, sampleSides, startNode } from '../sides.ts';
import { RELEASE, recordedBundles } from './records.ts';

/** Only Chromium can be told to stop a background. */
const WHERE = backgroundOf('chromium');

/** With the trust root that the extension carries. */
export function firstVerdictFreshWorker({ sides, samples = 40 }: Bench): Measurement {
	const name = 'first-verdict-fresh-worker';
	return {
		names: [name],
		where: [WHERE],
		measure: async function* (where) {
			const bundles = recordedBundles();
			yield* sampleSides(sides, { name, where, unit: 'ms' }, samples, async (side) => {
				const worker = await startFresh(await side.extension('chromium'));
				return {
					sample: async () => ({
						ours: await worker.firstVerdict('embedded'),
						against: { 'node-sigstore-js': await loadInNode(bundles) },
					}),
					close: worker.close,
				};
			});
		},
	};
}

/**
 * With one that TUF has renewed, in turn with the one that the extension carries. Both come from one build, which carries the same
 * trust root, and the root of a local repository of the shape of Sigstore's.
 */
export function firstVerdictRenewedRoot({ sides, samples = 40 }: Bench): Measurement {
	const name = 'first-verdict-renewed-root';
	return {
		names: [name],
		where: [WHERE],
		measure: async function* (where) {
			const bundles = recordedBundles();
			const repository = mintRepository();
			const extensionOf = (side: Side) =>
				side.extension('chromium', {
					name: 'renewable',
					options: {
						authority: { trustedRoot: seed.trustedRoot, registryKeys: seed.npmKeys } as never,
						tufRoot: JSON.parse(repository.get('1.root.json')?.toString() ?? ''),
					},
				});
			yield* sampleSides(sides, { name, where, unit: 'ms' }, samples, async (side) => {
				const extension = await extensionOf(side);
				const renewed = await startFresh(extension, repository);
				const embedded = await startFresh(extension);
				let isTurned = false;
				return {
					sample: async () => {
						isTurned = !isTurned;
						const early = isTurned ? await embedded.firstVerdict('embedded') : undefined;
						const ours = await renewed.firstVerdict('tuf');
						const fresh = early ?? (await embedded.firstVerdict('embedded'));
						const against = { 'first-verdict-fresh-worker': fresh, 'node-sigstore-js': await loadInNode(bundles) };
						return { ours, against };
					},
					close: async () => {
						await renewed.close();
						await embedded.close();
					},
				};
			});
		},
	};
}

/** As many keys and signatures as Sigstore's has. */
function mintRepository(): TufFiles {
	const keys = {
		roots: [makeRoleKeys(5, 3)],
		timestamp: makeRoleKeys(),
		snapshot: makeRoleKeys(),
		targets: makeRoleKeys(5, 3),
		npm: makeRoleKeys(),
	};
	// Made an hour ago: a clock that is a little behind must not matter.
	return mintTufRepository(keys, {
		at: new Date(Date.now() - 3600_000),
		trustedRoot: seed.trustedRoot,
		npmKeys: seed.npmKeys,
	});
}

type Message = Record<string, string>;
interface Answer {
	verdict?: string;
	trustRoot?: { source: string };
	inUse?: { source: string };
	lastAttempt?: { failure?: { code: string } };
}

/** A browser whose background has kept the evidence, and the renewed trust root where a repository is given. */
async function startFresh(extension: string, repository?: TufFiles) {
	const server = await startServer();
	server.serve(packageOf([readRelease(`${RELEASE.name}@${RELEASE.version}`)]));
	const browser = await startBrowser('chromium', { extension, proxy: server.proxy });
	const close = async () => {
		await browser.close();
		await server.close();
	};
	try {
		const page = await browser.openExtensionPage('popup.html');
		const ask = (message: Message): Promise<Answer & { at: number }> =>
			page.evaluate(async (asked) => {
				type Runtime = { sendMessage(message: unknown): Promise<Answer> };
				const { runtime } = (globalThis as unknown as { chrome: { runtime: Runtime } }).chrome;
				const answer = await runtime.sendMessage(asked);
				return { ...answer, at: performance.timeOrigin + performance.now() };
			}, message);
		if (repository) {
			server.tuf = repository;
			const { inUse, lastAttempt } = await ask({ question: 'refresh-trust-root', text: '' });
			if (inUse?.source !== 'tuf') throw new Error(`no trust root was renewed (${lastAttempt?.failure?.code})`);
		}
		const question = { question: 'inspect', name: RELEASE.name, selector: RELEASE.version };
		await ask(question);
		return {
			/** Milliseconds. @param source whose trust root must have decided. */
			firstVerdict: async (source: string) => {
				await browser.stopBackground();
				const { verdict, trustRoot, at } = await ask(question);
				if (verdict !== 'confirmed' || trustRoot?.source !== source)
					throw new Error(`${verdict} by ${trustRoot?.source}`);
				return at - (await browser.startOfBackground());
			},
			close,
		};
	} catch (error) {
		await close();
		throw error;
	}
}

/** Milliseconds in which Node loads sigstore-js and verifies once. */
async function loadInNode(bundles: unknown[]): Promise<number> {
	const node = startNode(undefined, 'node-sigstore.ts', ...bundles);
	const loaded = Number(await node.next());
	node.stop();
	return loaded;
}
