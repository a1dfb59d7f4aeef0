/** Owns the background: answers messages, and nothing else. */
import { browser } from 'wxt/browser';
import { defineBackground } from 'wxt/utils/define-background';
import { databaseStore, memoryStore, remembering } from '../lib/evidence.ts';
import { compare, inspect, type World } from '../lib/inspect.ts';
import { answer } from '../lib/messages.ts';
import { createRegistry, permitted } from '../lib/registry.ts';
import { REGISTRY, type ReleaseSpec, specText } from '../lib/release.ts';
import type { Inspection } from '../lib/report.ts';
import { embeddedTrustRoot } from '../lib/sigstore/trust-root.ts';

export default defineBackground({
	type: 'module',
	main() {
		const registry = permitted(createRegistry(), () => browser.permissions.contains({ origins: [`${REGISTRY}/*`] }));
		const kept = remembering(registry, databaseStore(), Date.now);
		// Nothing that was looked at in a private window stays on this machine.
		const keptPrivately = remembering(registry, memoryStore(), Date.now);
		const world = async (isPrivate: boolean): Promise<World> => ({
			registry: isPrivate ? keptPrivately : kept,
			trust: await embeddedTrustRoot(),
			now: () => new Date(),
		});
		const completed = async (spec: ReleaseSpec, isPrivate: boolean): Promise<Inspection> => {
			const here = await world(isPrivate);
			return compare(await inspect(spec, here), here);
		};
		answer({
			inspect: async (spec, { isPrivate }) => (await inspect(spec, await world(isPrivate))).report,
			compare: async (spec, { isPrivate }) => (await completed(spec, isPrivate)).report,
			evidence: (spec, { isPrivate }) => completed(spec, isPrivate),
			'open-report': async (spec) => {
				const page = browser.runtime.getURL('/report.html');
				await browser.tabs.create({ url: `${page}#${encodeURIComponent(specText(spec))}` });
				return null;
			},
		});
	},
});
