/** Owns the panel's life on npm's page: asks, shows the first answer, then the one completed with earlier releases. */
import { createPanel } from '../../components/report/draw-panel.ts';
import { TOKENS } from '../../components/ui/tokens.ts';
import { ask, watch } from '../../lib/browser/messaging/messages.ts';
import type { ReleaseSpec } from '../../lib/npm/spec.ts';
import { describeNoAnswer, describePending, reservedText } from '../../lib/text/en/panel.ts';
import { type PanelText, REPORT_SECTIONS } from '../../lib/text/en/panel-text.ts';
import { pageTheme } from './page.ts';

/** npm's own font and line colours. */
const STYLE = `
.themed { ${TOKENS}; --origin-line: var(--color-border-default, light-dark(#d1d9e0, #3d444d)); color-scheme: light dark;
	font-size: 14px; line-height: 1.45; text-align: start; }
.themed[data-theme="light"] { color-scheme: light; }
.themed[data-theme="dark"] { color-scheme: dark; }
`;

/**
 * Asks about a release, and shows what comes.
 * @param left aborted when the page is left: nobody reads what comes then, and nothing more is to be asked, nor noted as looked at.
 * @param onlook gets each answer.
 */
export function showPanel(
	root: ShadowRoot,
	spec: ReleaseSpec,
	left: AbortSignal,
	onlook: (text: PanelText) => void,
): void {
	const start = () =>
		watch('panel', spec, { onprogress: showFirst, signal: left }).catch(() => describeNoAnswer(spec.name));
	// Asked before anything is drawn.
	const asked = start();
	const style = document.createElement('style');
	style.textContent = STYLE;
	const themed = document.createElement('div');
	themed.className = 'themed';
	root.append(style, themed);
	const panel = createPanel(themed, { ondo: act });
	const usual = reservedText(spec.name);
	let shown = describePending(spec.name);
	let isBusy = true;
	/** Whether the room of the usual size is kept: nothing that is in view may move, and an answer may be smaller. */
	let isRoomKept = true;
	const show = () => panel.show(shown, isBusy, isRoomKept ? usual : undefined);

	function showFirst(first: PanelText): void {
		shown = first;
		show();
		onlook(first);
	}

	async function check(answering: ReturnType<typeof start>): Promise<void> {
		shown = describePending(spec.name);
		isBusy = true;
		show();
		const answer = await answering;
		if (!answer) return;
		shown = answer;
		isBusy = false;
		show();
		onlook(answer);
		place.observe(themed);
	}

	/** A script of npm's page can press buttons, too; only the reader's own hand counts. A page script may not ask for permissions. */
	function act(deed: string, { isTrusted }: MouseEvent): void {
		if (!isTrusted) return;
		if (deed === 'retry') void check(start());
		else
			void ask(
				'open-report',
				spec,
				REPORT_SECTIONS.find((one) => one === deed),
			).catch(() => undefined);
	}

	// Below the fold nothing is seen to move.
	const place = new IntersectionObserver(([entry]) => {
		const isBelow = entry !== undefined && !entry.isIntersecting && entry.boundingClientRect.top >= innerHeight;
		if (!isBelow || !isRoomKept || isBusy) return;
		isRoomKept = false;
		show();
	});
	const paint = () => {
		themed.dataset.theme = pageTheme(document);
	};
	const colours = new MutationObserver(paint);
	colours.observe(document.documentElement, { attributeFilter: ['data-color-mode'] });
	left.addEventListener('abort', () => {
		colours.disconnect();
		place.disconnect();
	});
	paint();
	void check(asked);
}
