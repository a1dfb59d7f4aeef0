/** Owns the report page's side of its looks: one worker, made with the first look, that ends with the page. */
import { browser } from 'wxt/browser';
import { readSettingsInForce } from '../../lib/browser/in-force.ts';
import type { SettingsStore } from '../../lib/browser/settings.ts';
import { REGISTRY } from '../../lib/npm/hosts.ts';
import { LOOK_HOSTS } from '../../lib/npm/look-hosts.ts';
import type { Inspection } from '../../lib/report/evidence.ts';
import type { LookName } from '../../lib/report/looks.ts';
import type { LookAnswer } from '../../lib/report/with-looks.ts';
import type { FromLookWorker, LookQuestion, ToLookWorker } from './look-messages.ts';

/** Makes looks off the page's thread. */
interface Looking {
	/**
	 * Makes looks, one after the other; those that were under way are stopped.
	 * @returns nothing where they were stopped. @throws Error for a fault of the worker.
	 */
	make(names: readonly LookName[], inspection: Inspection): Promise<LookAnswer | undefined>;
	/** Ends what is under way. */
	stop(): void;
}

/** @param store the settings, of which the allowlist and trust roots hold for looks at dependencies too. */
export function createLooking(store: SettingsStore): Looking {
	let worker: Worker | undefined;
	let asked = 0;
	let settle: { done: (answer?: LookAnswer) => void; fail: (error: Error) => void } | undefined;

	function start(): Worker {
		const started = new Worker(new URL('./look-worker.ts', import.meta.url), { type: 'module' });
		started.onmessage = ({ data }: MessageEvent<FromLookWorker>) => {
			if (data.id === asked) settle?.done(data.answer);
		};
		started.onerror = ({ message }) => {
			// What it had kept is gone with it; the next look has a new one.
			worker = undefined;
			started.terminate();
			settle?.fail(new Error(message));
		};
		return started;
	}

	function stop(): void {
		const message: ToLookWorker = { is: 'stop' };
		worker?.postMessage(message);
		settle?.done();
		settle = undefined;
	}

	return {
		stop,
		async make(names, inspection) {
			stop();
			const { promise, resolve, reject } = Promise.withResolvers<LookAnswer | undefined>();
			const mine = { done: resolve, fail: reject };
			settle = mine;
			const [settings, allowed] = await Promise.all([readSettingsInForce(store), allowedOf(names)]);
			if (settle !== mine) return undefined;
			worker ??= start();
			const { policies, isAllowlistUnread, trustRoots } = settings;
			asked += 1;
			const question: LookQuestion = {
				...{ id: asked, names, inspection, allowed },
				settings: { policies, isAllowlistUnread, trustRoots },
			};
			const message: ToLookWorker = { is: 'look', question };
			worker.postMessage(message);
			return promise;
		},
	};
}

async function allowedOf(names: readonly LookName[]): Promise<string[]> {
	const origins = [...new Set([REGISTRY, ...names.flatMap((name) => LOOK_HOSTS[name])])];
	const given = await Promise.all(origins.map((origin) => browser.permissions.contains({ origins: [`${origin}/*`] })));
	return origins.filter((_origin, at) => given[at]);
}
