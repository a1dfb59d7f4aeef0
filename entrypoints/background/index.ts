/** Owns the background: what each question of a page is answered with. It composes, and has no logic of its own. */
import { browser } from 'wxt/browser';
import { defineBackground } from 'wxt/utils/define-background';
import { takeTurns } from '../../lib/async/turns.ts';
import { readManaged } from '../../lib/browser/managed.ts';
import { answerMarks } from '../../lib/browser/messaging/mark-port.ts';
import { answer, answerWatched, type Sender } from '../../lib/browser/messaging/messages.ts';
import { watchSettings } from '../../lib/browser/settings.ts';
import { parseSighting } from '../../lib/history/first-seen.ts';
import { askingAhead, gatheringAhead } from '../../lib/inspect/ahead.ts';
import { addAdvisories, compare } from '../../lib/inspect/complete.ts';
import { inspect } from '../../lib/inspect/inspect.ts';
import { gatherPackageFacts } from '../../lib/inspect/package-facts.ts';
import { checkQuickly } from '../../lib/inspect/quick-check.ts';
import { inspectSideBySide } from '../../lib/inspect/side-by-side.ts';
import { traceLine } from '../../lib/inspect/trace-line.ts';
import { REGISTRY, SIGSTORE_TUF } from '../../lib/npm/hosts.ts';
import { type ReleaseSpec, specText } from '../../lib/npm/spec.ts';
import { parsePolicyFile } from '../../lib/policy/file.ts';
import { parsePolicy } from '../../lib/policy/schema.ts';
import type { Inspection } from '../../lib/report/evidence.ts';
import { failed, success } from '../../lib/report/result.ts';
import { rememberTrustRoots } from '../../lib/sigstore/trust-root-file.ts';
import { createTrustRoots } from '../../lib/sigstore/tuf.ts';
import { auditStore } from '../../lib/storage/audits.ts';
import { sightingStore } from '../../lib/storage/first-seen.ts';
import { trustRootStore } from '../../lib/storage/trust-root.ts';
import { describeMark } from '../../lib/text/en/marks.ts';
import { describePanel } from '../../lib/text/en/panel.ts';
import { describeSideBySide } from '../../lib/text/en/side-by-side.ts';
import { listenToAlarm } from './alarm.ts';
import { createContexts } from './contexts.ts';
import { listenToMenu } from './menu.ts';
import { listenToOmnibox, reportAddress } from './omnibox.ts';
import { createRegistries, MAX_AT_ONCE } from './registries.ts';
import { createTabs } from './tabs.ts';
import { listenToInstallation } from './welcome.ts';

/** Milliseconds between two messages about the progress of a download. */
const PROGRESS_MS = 100;
/** Releases in one slice of the list of what was seen. */
const SIGHTINGS_AT_ONCE = 100;

export default defineBackground({
	// A classic script: Chromium keeps its compiled code between starts of the worker, of a module it keeps none.
	main() {
		const registries = createRegistries();
		const trustRootFiles = rememberTrustRoots();
		const trustRoots = createTrustRoots({
			store: trustRootStore(),
			base: SIGSTORE_TUF,
			registryHost: new URL(REGISTRY).host,
			isPermitted: () => browser.permissions.contains({ origins: [`${SIGSTORE_TUF}/*`] }),
		});
		const seen = sightingStore();
		const tabs = createTabs();
		const { settingsNow, settingsRecently, registryFor, contextFor } = createContexts({
			registries,
			trustRoots,
			trustRootFiles,
			seen,
		});
		/** Releases of lists are inspected few at a time, so that those which a page has left are never begun. */
		const inTurn = takeTurns(MAX_AT_ONCE);
		// Both are read from the disk while the first question is still on its way.
		void trustRoots.current().catch(() => undefined);
		registries.warmUp();

		/** The context of a walk for one of our own pages. The disk is read while the settings are. */
		function contextOfPage(spec: ReleaseSpec, { isPrivate }: Sender, signal?: AbortSignal) {
			registries.of(isPrivate).awaitRelease(spec);
			return contextFor(spec, isPrivate, signal && { signal });
		}

		async function completed(
			spec: ReleaseSpec,
			from: Sender,
			{ file, signal }: { file?: Uint8Array<ArrayBuffer>; signal?: AbortSignal } = {},
		): Promise<Inspection> {
			const here = askingAhead(await contextOfPage(spec, from, signal));
			if (here.sightings) seen.wake();
			return compare(await inspect(spec, here, file), here);
		}

		answer({
			inspect: async (spec, from) => (await inspect(spec, await contextOfPage(spec, from))).report,
			compare: async (spec, from) => (await completed(spec, from)).report,
			evidence: (spec, from) => completed(spec, from),
			'open-report': async (spec, { windowId, section }) => {
				// In the window of the page: from a private one nothing leads to another.
				await browser.tabs.create({
					url: reportAddress(specText(spec), section),
					...(windowId !== undefined && { windowId }),
				});
				return null;
			},
			suggest: async (text) =>
				(await settingsNow()).suggestions ? registries.registry.search(text) : failed('permission-withheld'),
			'trust-root-file': async (text) => {
				const file = await trustRootFiles.read(text);
				return file.ok ? success(file.value.covers) : file;
			},
			left: async (text, { tabId }) => {
				await tabs.leave(text, tabId);
				return null;
			},
			managed: async () => {
				const { policy: _policy, failure: _failure, ...switches } = await readManaged(parsePolicy, parsePolicyFile);
				return switches;
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
				await registries.clear();
				return null;
			},
			'forget-audits': async () => {
				await auditStore().forget();
				return null;
			},
		});

		answerMarks(async (spec, { isPrivate }, signal) => {
			const set = settingsNow();
			if (!(await set).marks) return null;
			const { marks, begin, lists } = registries.of(isPrivate);
			const here = { ...(await contextFor(spec, isPrivate, { set, signal })), registry: marks.until(signal) };
			const end = begin();
			try {
				const inspection = await inTurn(() => inspect(spec, here), signal);
				const { report, ...facts } = await checkQuickly(inspection, here, lists);
				return describeMark(report, facts);
			} finally {
				end();
			}
		});

		answerWatched({
			panel: async (spec, from, { onprogress, signal }) => {
				tabs.enter(spec, from.tabId);
				signal.addEventListener('abort', () => void tabs.leave(specText(spec), from.tabId));
				registries.of(from.isPrivate).awaitRelease(spec);
				const registry = gatheringAhead(spec, registryFor(from.isPrivate, signal));
				const set = settingsRecently();
				const here = askingAhead(await contextFor(spec, from.isPrivate, { set, signal, registry }));
				if (here.sightings) seen.wake();
				const tell = ({ report, evidence }: Inspection) => {
					// Once the words are on their way: they need not wait for an icon to be drawn.
					setTimeout(() => tabs.announce(spec, report, from.tabId));
					return describePanel(report, { logEntries: evidence.provenance?.logEntries ?? [] });
				};
				const first = await inspect(spec, here);
				// What could not be checked is not asked for again: the registry may just have asked to wait. The one warning is in it.
				if (describePanel(first.report).look === 'unknown') return tell(await addAdvisories(first, here));
				onprogress(tell(first));
				return tell(await compare(first, here));
			},
			line: async (spec, { isPrivate, most }, watcher) => {
				const { signal } = watcher;
				const here = await contextFor(spec, isPrivate, { signal });
				// Attestations of a version stay what they are, so those of marks serve here too, as does their patience.
				const { fetchAttestations } = registries.of(isPrivate).marks.until(signal);
				return traceLine(spec, { ...here, registry: { ...here.registry, fetchAttestations } }, { most, ...watcher });
			},
			'side-by-side': async (spec, { isPrivate, other }, { signal, onprogress }) => {
				// The port passes no such question on without it.
				if (!other) throw new Error('no other release');
				const here = await contextFor(spec, isPrivate, { signal });
				if (here.sightings) seen.wake();
				let done = 0;
				const pair = await inspectSideBySide(other, spec, here, () => onprogress({ done: ++done, total: 2 }));
				return { ...pair, lead: describeSideBySide(pair) };
			},
			// Nothing is noted of it: a maintainer looks at a package, and not at a release to install.
			'package-facts': async (spec, { isPrivate }, { signal }) =>
				gatherPackageFacts(spec.name, await contextFor(spec, isPrivate, { signal })),
			file: async (spec, from, { signal, onprogress }) => {
				let last = 0;
				const file = await registries.registry.fetchTarball(spec.name, spec.selector, {
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

		async function refreshAndTidy(): Promise<void> {
			// Side by side: a database that does not answer keeps no refresh waiting.
			const tidied = registries.tidy().catch(() => undefined);
			if ((await settingsNow()).refresh) await trustRoots.refresh();
			await tidied;
		}
		listenToAlarm(refreshAndTidy, async () => (await trustRoots.status()).lastAttempt?.at);
		listenToOmnibox();
		listenToMenu(async () => (await settingsNow()).menu, watchSettings);
		listenToInstallation();
	},
});
