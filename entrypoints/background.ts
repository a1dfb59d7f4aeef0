/** Owns the background: answers messages and the address bar, and nothing else. */
import { browser } from 'wxt/browser';
import { defineBackground } from 'wxt/utils/define-background';
import { databaseStore, memoryStore, remembering, sightingStore } from '../lib/evidence.ts';
import { seemsLost } from '../lib/history.ts';
import { compare, findMute, inspect, type OwnedPolicy, type World } from '../lib/inspect.ts';
import { type Asker, answer } from '../lib/messages.ts';
import { parsePolicy } from '../lib/policy.ts';
import { createRegistry, limited, permitted } from '../lib/registry.ts';
import { parseLookup, REGISTRY, type ReleaseSpec, specText } from '../lib/release.ts';
import { failed, type Inspection, type Report } from '../lib/report.ts';
import { browserSettings, readManaged, settingsThatHold } from '../lib/settings.ts';
import { parseSighting } from '../lib/sightings.ts';
import { embeddedTrustRoot } from '../lib/sigstore/trust-root.ts';
import { clearToolbar, showInToolbar } from '../lib/toolbar.ts';
import { describeMark, describePanel, describeTitle } from '../lib/wording.ts';

/** A mark may rest on what was fetched within a day: attestations stay what they are, and the release's own page asks anew. */
const MARK_FRESH_MS = 24 * 3600 * 1000;
/** Releases in one slice of the list of what was seen. */
const SIGHTINGS_AT_ONCE = 100;
/** Requests for marks that may be under way at once, on all pages together. */
const MOST_AT_ONCE = 4;

export default defineBackground({
	type: 'module',
	main() {
		const settings = browserSettings(parsePolicy);
		const registry = permitted(createRegistry(), () => browser.permissions.contains({ origins: [`${REGISTRY}/*`] }));
		const isOffline = () => !navigator.onLine;
		const onDisk = databaseStore();
		// Nothing that was looked at in a private window stays on this machine.
		const inMemory = memoryStore();
		const seen = sightingStore();
		const patient = limited(registry, MOST_AT_ONCE);
		const registries = {
			kept: remembering(registry, onDisk, Date.now, { isOffline }),
			keptPrivately: remembering(registry, inMemory, Date.now, { isOffline }),
			marks: remembering(patient, onDisk, Date.now, { isOffline, freshFor: MARK_FRESH_MS }),
			marksPrivately: remembering(patient, inMemory, Date.now, { isOffline, freshFor: MARK_FRESH_MS }),
		};

		/** What holds now: the organisation's word goes before the reader's. */
		async function settingsNow() {
			const [own, managed] = await Promise.all([settings.read(), readManaged(parsePolicy)]);
			const ofReader: OwnedPolicy = { policy: own.policy, setBy: 'you' };
			const policies: OwnedPolicy[] = managed.policy
				? [{ policy: managed.policy, setBy: 'organisation' }, ofReader]
				: [ofReader];
			return { ...settingsThatHold(own, managed), policies };
		}

		async function world(isPrivate: boolean): Promise<World> {
			const [trust, { policies, sightings }] = await Promise.all([embeddedTrustRoot(), settingsNow()]);
			return {
				registry: isPrivate ? registries.keptPrivately : registries.kept,
				trust,
				policies,
				// Only what the reader looks at by itself, never in private windows; a mark in a list was not looked at.
				...(sightings && !isPrivate && { sightings: seen }),
				now: () => new Date(),
			};
		}

		async function completed(spec: ReleaseSpec, { isPrivate }: Asker): Promise<Inspection> {
			const here = await world(isPrivate);
			return compare(await inspect(spec, here), here);
		}

		function announce(report: Report, { tabId }: Asker): void {
			if (tabId === undefined) return;
			const { name, version } = report.release;
			const { look } = describePanel(report);
			void showInToolbar(tabId, look, describeTitle(look, `${name} ${version}`)).catch(() => undefined);
		}

		/** @param isPrivate whether it was asked for in a private window: its page may open in another, and keeps nothing all the same. */
		async function openReport(text: string, isPrivate: boolean): Promise<null> {
			const page = `${browser.runtime.getURL('/report.html')}${isPrivate ? '?private' : ''}`;
			await browser.tabs.create({ url: `${page}#${encodeURIComponent(text)}` });
			return null;
		}

		answer({
			inspect: async (spec, { isPrivate }) => (await inspect(spec, await world(isPrivate))).report,
			compare: async (spec, from) => (await completed(spec, from)).report,
			evidence: completed,
			panel: async (spec, from) => {
				const { report } = await inspect(spec, await world(from.isPrivate));
				announce(report, from);
				return describePanel(report);
			},
			'panel-compared': async (spec, from) => {
				const { report } = await completed(spec, from);
				announce(report, from);
				return describePanel(report);
			},
			mark: async (spec, { isPrivate }) => {
				if (!(await settingsNow()).marks) return null;
				const asked = isPrivate ? registries.marksPrivately : registries.marks;
				const here = await world(isPrivate);
				const { report } = await inspect(spec, { ...here, registry: asked });
				const signed = report.claims.find(({ id }) => id === 'signed-by-build');
				if (signed?.standing !== 'unproved' || signed.why !== 'absent') return describeMark(report);
				const abbreviated = await asked.fetchAbbreviated(report.release.name);
				const before = abbreviated.ok
					? await seemsLost(
							abbreviated.value,
							report.release.version,
							() => new Promise((resolve) => setTimeout(resolve)),
						)
					: abbreviated;
				return describeMark(report, before.ok ? before.value : undefined, findMute(here.policies, report, 'lost'));
			},
			'open-report': (spec, { isPrivate }) => openReport(specText(spec), isPrivate),
			suggest: async (text) =>
				(await settingsNow()).suggestions ? registry.search(text) : failed('permission-withheld'),
			left: async (_text, { tabId }) => {
				if (tabId !== undefined) await clearToolbar(tabId).catch(() => undefined);
				return null;
			},
			sightings: async (text, { tabId }) => {
				// What the reader looked at is nothing that a script on a web page may learn.
				if (tabId !== undefined) return null;
				const { count, kept, setAside } = await seen.list(Number(text) || 0, SIGHTINGS_AT_ONCE);
				return { count, sightings: kept.flatMap((one) => parseSighting(one) ?? []), setAside };
			},
			'forget-sightings': async (_text, { tabId }) => {
				if (tabId === undefined) await seen.clear();
				return null;
			},
		});

		browser.omnibox.setDefaultSuggestion({ description: 'Read what is proved about a package: NAME or NAME@VERSION' });
		browser.omnibox.onInputEntered.addListener((text: string) => {
			const lookup = parseLookup(text);
			const [spec] = lookup.ok ? lookup.specs : [];
			// What is no release goes along too: the page says so.
			const asked = spec ? specText(spec) : text.slice(0, 200);
			void browser.windows.getLastFocused().then(
				({ incognito }) => openReport(asked, incognito),
				() => openReport(asked, true),
			);
		});
	},
});
