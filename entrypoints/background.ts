/** Owns the background: answers messages and the address bar, and nothing else. */
import { browser } from 'wxt/browser';
import { defineBackground } from 'wxt/utils/define-background';
import { databaseStore, memoryStore, remembering } from '../lib/evidence.ts';
import { seemsLost } from '../lib/history.ts';
import { compare, inspect, type OwnedPolicy, type World } from '../lib/inspect.ts';
import { type Asker, answer } from '../lib/messages.ts';
import { parsePolicy } from '../lib/policy.ts';
import { createRegistry, limited, permitted } from '../lib/registry.ts';
import { parseLookup, REGISTRY, type ReleaseSpec, specText } from '../lib/release.ts';
import { failed, type Inspection, type Report } from '../lib/report.ts';
import { browserSettings, readManaged } from '../lib/settings.ts';
import { embeddedTrustRoot } from '../lib/sigstore/trust-root.ts';
import { clearToolbar, showInToolbar } from '../lib/toolbar.ts';
import { describeMark, describePanel, describeTitle, OMNIBOX_HINT } from '../lib/wording.ts';

/** A mark may rest on what was fetched within a day: attestations stay what they are, and the release's own page asks anew. */
const MARK_FRESH_MS = 24 * 3600 * 1000;
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
			return {
				...own,
				marks: managed.marks ?? own.marks,
				suggestions: managed.suggestions ?? own.suggestions,
				managed,
			};
		}

		async function policiesNow(): Promise<OwnedPolicy[]> {
			const { policy, managed } = await settingsNow();
			const own = { policy, setBy: 'you' } as const;
			return managed.policy ? [{ policy: managed.policy, setBy: 'organisation' }, own] : [own];
		}

		async function world(isPrivate: boolean): Promise<World> {
			const [trust, policies] = await Promise.all([embeddedTrustRoot(), policiesNow()]);
			return {
				registry: isPrivate ? registries.keptPrivately : registries.kept,
				trust,
				policies,
				now: () => new Date(),
			};
		}

		async function completed(spec: ReleaseSpec, { isPrivate }: Asker): Promise<Inspection> {
			const here = await world(isPrivate);
			return compare(await inspect(spec, here), here);
		}

		/** What each tab shows now, as `name@selector`, or that it shows no release. */
		const shownIn = new Map<number, string>();

		function announce(spec: ReleaseSpec, report: Report, { tabId }: Asker): void {
			// An answer that comes late is about the page before.
			if (tabId === undefined || (shownIn.get(tabId) ?? specText(spec)) !== specText(spec)) return;
			const { name, version } = report.release;
			const { look } = describePanel(report);
			void showInToolbar(tabId, look, describeTitle(look, `${name} ${version}`)).catch(() => undefined);
		}

		const reportAddress = (text: string) => `${browser.runtime.getURL('/report.html')}#${encodeURIComponent(text)}`;

		answer({
			inspect: async (spec, { isPrivate }) => (await inspect(spec, await world(isPrivate))).report,
			compare: async (spec, from) => (await completed(spec, from)).report,
			evidence: completed,
			panel: async (spec, from) => {
				if (from.tabId !== undefined) shownIn.set(from.tabId, specText(spec));
				const { report } = await inspect(spec, await world(from.isPrivate));
				announce(spec, report, from);
				return describePanel(report);
			},
			'panel-compared': async (spec, from) => {
				const { report } = await completed(spec, from);
				announce(spec, report, from);
				return describePanel(report);
			},
			mark: async (spec, { isPrivate }) => {
				if (!(await settingsNow()).marks) return null;
				const asked = isPrivate ? registries.marksPrivately : registries.marks;
				const { report } = await inspect(spec, { ...(await world(isPrivate)), registry: asked });
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
				return describeMark(report, before.ok ? before.value : undefined);
			},
			'open-report': async (spec, { windowId }) => {
				// In the window of the page: from a private one nothing leads to another.
				await browser.tabs.create({
					url: reportAddress(specText(spec)),
					...(windowId !== undefined && { windowId }),
				});
				return null;
			},
			suggest: async (text) =>
				(await settingsNow()).suggestions ? registry.search(text) : failed('permission-withheld'),
			left: async (text, { tabId }) => {
				// It may have gone to another release before this comes.
				if (tabId === undefined || (shownIn.get(tabId) ?? text) !== text) return null;
				shownIn.set(tabId, '');
				await clearToolbar(tabId).catch(() => undefined);
				return null;
			},
		});

		browser.omnibox.setDefaultSuggestion({ description: OMNIBOX_HINT });
		browser.omnibox.onInputEntered.addListener((text: string, disposition: string) => {
			const lookup = parseLookup(text);
			const [spec] = lookup.ok ? lookup.specs : [];
			// What is no release goes along too: the page says so.
			const url = reportAddress(spec ? specText(spec) : text.slice(0, 200));
			if (disposition === 'currentTab') void browser.tabs.update({ url });
			else void browser.tabs.create({ url, active: disposition !== 'newBackgroundTab' });
		});
	},
});
