/** Owns the way from npm's page to our panel: address -> release -> mount; all of it ends with the context. */
import { defineContentScript } from 'wxt/utils/define-content-script';
import { askOther } from '../../lib/browser/messaging/messages.ts';
import { NPM_SITE } from '../../lib/npm/hosts.ts';
import { parsePageAddress } from '../../lib/npm/site.ts';
import { type ReleaseSpec, specText } from '../../lib/npm/spec.ts';
import { createMarks } from './marks.ts';
import { findPlace, showsRelease } from './page.ts';
import { showPanel } from './sidebar-panel.ts';
import { createSigns } from './signs.ts';

/** A page that goes on dropping our node after this many times does not want it. */
const MAX_RETURNS = 20;
/** npm shows the version somewhere we may not find it; after this long the name alone will do. */
const PATIENCE_MS = 2000;

export default defineContentScript({
	matches: [`${NPM_SITE}/*`],
	runAt: 'document_start',
	main(context) {
		let shown: Shown | undefined;
		const marks = createMarks(context.signal);
		const update = () => {
			const spec = parsePageAddress(location.href);
			if (shown && (!spec || specText(spec) !== shown.key)) {
				// Only a page that stays says so: one that goes takes its port with it, and a message would keep the next one waiting.
				if (!spec) void askOther('left', shown.key).catch(() => undefined);
				shown.remove();
				shown = undefined;
			}
			if (spec) shown ??= show(spec);
			shown?.place();
			marks.update();
		};
		// A page that "back" brings again as it was: the toolbar has forgotten it.
		const back = ({ persisted }: PageTransitionEvent) => {
			if (!persisted) return;
			shown?.remove();
			shown = undefined;
			update();
		};
		addEventListener('pageshow', back, { signal: context.signal });
		// npm's React announces nothing: every change of the page may be a new address, or our node dropped.
		const observer = new MutationObserver(update);
		observer.observe(document, {
			subtree: true,
			childList: true,
			characterData: true,
			attributeFilter: ['href', 'data-color-mode'],
		});
		watchAddress(update, context.signal);
		context.onInvalidated(() => {
			observer.disconnect();
			shown?.remove();
		});
		update();
	},
});

/**
 * Calls back as soon as the address changes. npm changes it before anything else on the page, without an event. The Navigation API
 * reports it: its `currententrychange` comes after the change, `navigate` before. Without that API, each frame looks.
 */
function watchAddress(update: () => void, signal: AbortSignal): void {
	const { navigation } = window as { navigation?: EventTarget };
	if (navigation) {
		navigation.addEventListener('currententrychange', update, { signal });
		return;
	}
	let seen = location.href;
	const look = () => {
		if (signal.aborted) return;
		if (location.href !== seen) update();
		seen = location.href;
		requestAnimationFrame(look);
	};
	look();
}

interface Shown {
	key: string;
	/** Puts the panel where it belongs, unless it is there. */
	place: () => void;
	remove: () => void;
}

function show(spec: ReleaseSpec): Shown {
	const key = specText(spec);
	const host = document.createElement('div');
	host.dataset.stampOfOrigin = key;
	host.style.cssText = 'display:block;clear:both;width:100%;box-sizing:border-box;padding:16px 0';
	const started = performance.now();
	const root = host.attachShadow({ mode: 'open' });
	// Asked at once, while npm's own data is still on its way.
	const left = new AbortController();
	showPanel(root, spec, left.signal, ({ look }) => signs.show(look));
	const signs = createSigns(spec, () => {
		host.scrollIntoView({ block: 'center' });
		root.querySelector<HTMLElement>('section')?.focus({ preventScroll: true });
	});
	let returns = 0;
	// Where nothing on the page changes any more, patience alone must end the waiting.
	const patience = setTimeout(place, PATIENCE_MS + 50);

	function place() {
		if (host.isConnected) signs.place();
		if (host.isConnected || returns > MAX_RETURNS) return;
		if (!showsRelease(document, spec, performance.now() - started > PATIENCE_MS)) return;
		const spot = findPlace(document);
		if (!spot) return;
		returns += 1;
		spot.parent.insertBefore(host, spot.before);
		signs.place();
	}
	return {
		key,
		place,
		remove: () => {
			left.abort();
			clearTimeout(patience);
			host.remove();
			signs.remove();
		},
	};
}
