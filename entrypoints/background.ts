/** Owns the background: answers messages and the address bar, refreshes the trust root and tidies what is kept daily, and nothing else. */
import { browser } from 'wxt/browser';
import { defineBackground } from 'wxt/utils/define-background';
import { addAdvisories, compare } from '../lib/complete.ts';
import {
	briefly,
	databaseStore,
	type EvidenceStore,
	memoryStore,
	remembering,
	sightingStore,
	trustRootStore,
} from '../lib/evidence.ts';
import { gatherAdvisories } from '../lib/gather-advisories.ts';
import { inspect, type World } from '../lib/inspect.ts';
import { keepAlive } from '../lib/keep-alive.ts';
import { answerMarks } from '../lib/mark-port.ts';
import { type Asker, answer, answerWatched } from '../lib/messages.ts';
import { parseLookup } from '../lib/npm/lookup.ts';
import { parsePolicy, parsePolicyFile } from '../lib/policy.ts';
import { checkQuickly, listsOf } from '../lib/quick-check.ts';
import { createRegistry, limited, permitted } from '../lib/registry.ts';
import { REGISTRY, type ReleaseSpec, SIGSTORE_TUF, specText } from '../lib/release.ts';
import { failed, type Inspection, type Report, type Result, success } from '../lib/report.ts';
import { browserSettings, readManaged, settingsThatHold } from '../lib/settings.ts';
import { parseSighting } from '../lib/sightings.ts';
import { createTrustRoots } from '../lib/sigstore/tuf.ts';
import { clearToolbar, showInToolbar } from '../lib/toolbar.ts';
import { traceLine } from '../lib/trace-line.ts';
import { rememberTrustRoots } from '../lib/trust-root-file.ts';
import { customTrustRootFor } from '../lib/trust-roots.ts';
import { takeTurns } from '../lib/turns.ts';
import type { OwnedPolicy } from '../lib/with-findings.ts';
import { describeMark, describePanel, describeTitle, OMNIBOX_HINT } from '../lib/wording.ts';

/** A mark may rest on what was fetched within a day: attestations stay what they are, and the release's own page asks anew. */
const MARK_FRESH_MS = 24 * 3600 * 1000;
/** The alarm that refreshes the trust root, and tidies what is kept, and how often it goes off. */
const REFRESH = 'refresh-trust-root';
const REFRESH_MINUTES = 24 * 60;
/** Not while the browser is starting, nor while the first page that was opened is read. */
const REFRESH_NOT_BEFORE_MINUTES = 10;
/** Milliseconds between two words about the progress of a download. */
const PROGRESS_MS = 100;
/** Tabs of which is remembered what they show: nobody says that one was closed. */
const MOST_TABS = 500;
/** Releases in one slice of the list of what was seen. */
const SIGHTINGS_AT_ONCE = 100;
/** Requests for marks, and for the further releases of a line, that may be under way at once, on all pages together. */
const MOST_AT_ONCE = 4;

export default defineBackground({
	// A classic script: Chromium keeps its compiled code between starts of the worker, of a module it keeps none.
	main() {
		const settings = browserSettings(parsePolicy);
		const registry = permitted(createRegistry(), () => browser.permissions.contains({ origins: [`${REGISTRY}/*`] }));
		const trustRootFiles = rememberTrustRoots();
		const isOffline = () => !navigator.onLine;
		const onDisk = databaseStore(Date.now);
		// Nothing that was looked at in a private window stays on this machine.
		const inMemory = memoryStore();
		const seen = sightingStore();
		const patient = limited(registry, MOST_AT_ONCE);
		const registries = {
			kept: remembering(registry, onDisk, Date.now, { isOffline }),
			keptPrivately: remembering(registry, inMemory, Date.now, { isOffline }),
		};
		/** What the marks of a list ask: their advisories together, and each package's releases once. */
		function marksOver(store: EvidenceStore) {
			const { registry: gathered, begin } = gatherAdvisories(patient);
			const kept = remembering(gathered, store, Date.now, { isOffline, freshFor: MARK_FRESH_MS });
			const lists = listsOf(kept, <T>(make: (name: string) => Promise<Result<T>>) => briefly(make, Date.now));
			return { registry: kept, begin, lists };
		}
		const marks = { kept: marksOver(onDisk), inPrivate: marksOver(inMemory) };
		/** Releases of lists are inspected few at a time, so that those which a page has left are never begun. */
		const inTurn = takeTurns(MOST_AT_ONCE);

		const trustRoots = createTrustRoots({
			store: trustRootStore(),
			base: SIGSTORE_TUF,
			registryHost: new URL(REGISTRY).host,
			isPermitted: () => browser.permissions.contains({ origins: [`${SIGSTORE_TUF}/*`] }),
		});
		// Both are read from the disk while the first question is still on its way.
		void trustRoots.current().catch(() => undefined);
		void onDisk.get('nothing').catch(() => undefined);

		/** Sets the alarm where there is none: Firefox forgets alarms when it is closed. */
		async function setAlarm(): Promise<void> {
			if (await browser.alarms.get(REFRESH)) return;
			const { lastAttempt } = await trustRoots.status();
			const since = lastAttempt ? (Date.now() - Date.parse(lastAttempt.at)) / 60_000 : REFRESH_MINUTES;
			const delayInMinutes = Math.max(REFRESH_NOT_BEFORE_MINUTES, Math.min(REFRESH_MINUTES, REFRESH_MINUTES - since));
			await browser.alarms.create(REFRESH, { delayInMinutes, periodInMinutes: REFRESH_MINUTES });
		}

		/** What holds now: the organisation's word goes before the reader's. */
		async function settingsNow() {
			const [{ settings: own, isAllowlistUnread }, managed] = await Promise.all([
				settings.readForVerdict(),
				readManaged(parsePolicy, parsePolicyFile),
			]);
			const ofReader: OwnedPolicy = { policy: own.policy, setBy: 'you' };
			const policies: OwnedPolicy[] = managed.policy
				? [{ policy: managed.policy, setBy: 'organisation' }, ofReader]
				: [ofReader];
			return { ...settingsThatHold(own, managed), policies, isAllowlistUnread };
		}

		/** @param signal ends what is asked for this walk alone. */
		async function world(
			{ name }: ReleaseSpec,
			isPrivate: boolean,
			{ set = settingsNow(), signal }: { set?: ReturnType<typeof settingsNow>; signal?: AbortSignal } = {},
		): Promise<World> {
			const { policies, isAllowlistUnread, sightings, trustRoots: owned } = await set;
			// The reader's own trust root where one is for this package, even if it cannot be read; else the one for all.
			const own = customTrustRootFor(name, owned);
			const registry = isPrivate ? registries.keptPrivately : registries.kept;
			return {
				registry: signal ? registry.until(signal) : registry,
				...(signal && { signal }),
				trust: own ? trustRootFiles.rootOf(own) : trustRoots.current(),
				policies,
				isAllowlistUnread,
				// Only what the reader looks at by itself, never in private windows; a mark in a list was not looked at.
				...(sightings && !isPrivate && { sightings: seen }),
				now: () => new Date(),
			};
		}

		async function completed(
			spec: ReleaseSpec,
			{ isPrivate }: Asker,
			{ file, signal }: { file?: Uint8Array<ArrayBuffer>; signal?: AbortSignal } = {},
		): Promise<Inspection> {
			const here = await world(spec, isPrivate, signal && { signal });
			if (here.sightings) seen.wake();
			return compare(await inspect(spec, here, file), here);
		}

		/** What each tab shows now, as `name@selector`, or that it shows no release; of the tabs that spoke last. */
		const shownIn = new Map<number, string>();
		function noteShown(tabId: number, text: string): void {
			shownIn.delete(tabId);
			shownIn.set(tabId, text);
			if (shownIn.size > MOST_TABS) shownIn.delete(shownIn.keys().next().value ?? tabId);
		}

		function announce(spec: ReleaseSpec, report: Report, { tabId }: Asker): void {
			// An answer that comes late is about the page before.
			if (tabId === undefined || (shownIn.get(tabId) ?? specText(spec)) !== specText(spec)) return;
			const { name, version } = report.release;
			const { look } = describePanel(report);
			void showInToolbar(tabId, look, describeTitle(look, `${name} ${version}`)).catch(() => undefined);
		}

		const reportAddress = (text: string) => `${browser.runtime.getURL('/report.html')}#${encodeURIComponent(text)}`;

		answer({
			inspect: async (spec, { isPrivate }) => (await inspect(spec, await world(spec, isPrivate))).report,
			compare: async (spec, from) => (await completed(spec, from)).report,
			evidence: (spec, from) => completed(spec, from),
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
			'trust-root-file': async (text) => {
				const file = await trustRootFiles.read(text);
				return file.ok ? success(file.value.covers) : file;
			},
			left: async (text, { tabId }) => {
				// It may have gone to another release before this comes.
				if (tabId === undefined || (shownIn.get(tabId) ?? text) !== text) return null;
				noteShown(tabId, '');
				await clearToolbar(tabId).catch(() => undefined);
				return null;
			},
			'trust-root': () => trustRoots.status(),
			'refresh-trust-root': () => trustRoots.refresh(),
			sightings: async (text) => {
				const { count, kept, setAside } = await seen.list(Number(text) || 0, SIGHTINGS_AT_ONCE);
				return { count, sightings: kept.flatMap((one) => parseSighting(one) ?? []), setAside };
			},
			'forget-sightings': async (text) => {
				await seen.forget(text === '' ? undefined : text);
				return null;
			},
			'forget-answers': async () => {
				await Promise.all([onDisk.clear(), inMemory.clear()]);
				return null;
			},
		});

		answerMarks(async (spec, { isPrivate }, signal) => {
			const set = settingsNow();
			if (!(await set).marks) return null;
			const { registry: asked, begin, lists } = isPrivate ? marks.inPrivate : marks.kept;
			const here = { ...(await world(spec, isPrivate, { set, signal })), registry: asked.until(signal) };
			const end = begin();
			try {
				const inspection = await inTurn(() => inspect(spec, here), signal);
				const { report, ...facts } = await checkQuickly(inspection, here, lists);
				return describeMark(report, facts);
			} finally {
				end();
			}
		});

		async function refreshAndTidy(): Promise<void> {
			// Side by side: a database that does not answer keeps no refresh waiting.
			const tidied = onDisk.tidy().catch(() => undefined);
			if ((await settingsNow()).refresh) await trustRoots.refresh();
			await tidied;
		}
		browser.alarms.onAlarm.addListener(async ({ name }) => {
			if (name === REFRESH) await keepAlive(refreshAndTidy());
		});
		void setAlarm();

		answerWatched({
			panel: async (spec, from, { onprogress, signal }) => {
				if (from.tabId !== undefined) noteShown(from.tabId, specText(spec));
				const here = await world(spec, from.isPrivate, { signal });
				if (here.sightings) seen.wake();
				const tell = (report: Report) => {
					announce(spec, report, from);
					return describePanel(report);
				};
				const first = await inspect(spec, here);
				// What could not be checked is not asked for again: the registry may just have said that it is too much. The one warning is in it.
				if (describePanel(first.report).look === 'unknown') return tell((await addAdvisories(first, here)).report);
				onprogress(tell(first.report));
				return tell((await compare(first, here)).report);
			},
			line: async (spec, { isPrivate, most }, watcher) => {
				const { signal } = watcher;
				const here = await world(spec, isPrivate, { signal });
				// Attestations of a version stay what they are, so those of marks serve here too, as does their patience.
				const { fetchAttestations } = (isPrivate ? marks.inPrivate : marks.kept).registry.until(signal);
				return traceLine(spec, { ...here, registry: { ...here.registry, fetchAttestations } }, { most, ...watcher });
			},
			file: async (spec, from, { signal, onprogress }) => {
				let last = 0;
				const file = await registry.fetchTarball(spec.name, spec.selector, {
					signal,
					onprogress: (done, total) => {
						if (Date.now() - last < PROGRESS_MS) return;
						last = Date.now();
						onprogress({ done, ...(total !== undefined && { total }) });
					},
				});
				return file.ok ? success(await completed(spec, from, { file: file.value, signal })) : file;
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
