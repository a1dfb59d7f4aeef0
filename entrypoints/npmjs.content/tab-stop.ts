/**
 * Owns the keyboard's way through the marks of a page: one Tab stop for all of them, and the arrow keys from one to the next.
 * @see https://www.w3.org/WAI/ARIA/apg/practices/keyboard-interface/#kbd_roving_tabindex
 */

/** The one Tab stop of a page's marks. */
export interface TabStop {
	/** Takes a drawn mark in: its button is no Tab stop of its own, and the arrow keys lead on from it. */
	add(host: HTMLElement): void;
	/** Sees to it that one of the marks is the Tab stop: the one that had the focus last, else the first. */
	keep(): void;
}

/** @param hosts the marks that are drawn, in any order. */
export function createTabStop(hosts: () => HTMLElement[]): TabStop {
	let stop: HTMLElement | undefined;

	function choose(host: HTMLElement | undefined): void {
		const before = stop && buttonIn(stop);
		if (before) before.tabIndex = -1;
		stop = host;
		const now = host && buttonIn(host);
		if (now) now.tabIndex = 0;
	}

	return {
		add(host) {
			const button = buttonIn(host);
			if (!button) return;
			button.tabIndex = -1;
			button.addEventListener('focus', () => stop !== host && choose(host));
			button.addEventListener('keydown', (event) => {
				const all = hosts().toSorted(inDocument);
				const at = all.indexOf(host);
				const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
				const next = to === undefined ? undefined : all[to];
				if (!next) return;
				event.preventDefault();
				buttonIn(next)?.focus();
			});
		},
		keep() {
			if (stop?.isConnected) return;
			// Only what is near the viewport is drawn. To read places here would make the browser lay the page out once more.
			choose(hosts().toSorted(inDocument)[0]);
		},
	};
}

function buttonIn(host: HTMLElement): HTMLButtonElement | null | undefined {
	return host.shadowRoot?.querySelector('button');
}

function inDocument(one: Node, other: Node): number {
	return one.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1;
}
