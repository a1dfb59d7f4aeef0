/** Owns the port over which a page asks for the marks of its list: release by release, as long as each is in view. */
import * as v from 'valibot';
import { browser } from 'wxt/browser';
import { type ReleaseSpec, releaseSpec, specText } from '../../npm/spec.ts';
import type { MarkText } from '../../text/en/marks.ts';
import { keepAlive } from '../keep-alive.ts';
import { askerOf, MARKS, type Sender } from './messages.ts';

/** Releases that one page may wait for at once: more than any screen shows. */
const MAX_WAITING = 1000;

/** The page's end of the port. */
export interface MarkPort {
	/** Asks for a release's mark. */
	want(spec: ReleaseSpec): void;
	/** Says that it is not needed any more: what was not begun is then never asked for. */
	drop(spec: ReleaseSpec): void;
	/** Drops all. */
	close(): void;
}

/**
 * Opens a port to the background.
 * @param onmark gets each answer with its release (`name@selector`): `null` where the reader wants no marks, `undefined` where the
 *   background failed.
 * @param onend the background went away: what was not answered will not be.
 * @throws Error where there is no background any more (the extension was updated or removed).
 */
export function openMarkPort(
	onmark: (release: string, text: MarkText | null | undefined) => void,
	onend: () => void,
): MarkPort {
	const port = browser.runtime.connect({ name: MARKS });
	// Only our own background is at the other end.
	port.onMessage.addListener((message: unknown) => {
		const { release, text } = message as { release: string; text?: MarkText | null };
		onmark(release, text);
	});
	port.onDisconnect.addListener(onend);
	const post = ({ name, selector }: ReleaseSpec, isWanted: boolean) => port.postMessage({ name, selector, isWanted });
	return { want: (spec) => post(spec, true), drop: (spec) => post(spec, false), close: () => port.disconnect() };
}

/**
 * Answers the marks of npm's pages. A message of no known shape, or one page's thousand and first, closes its port.
 * @param mark makes a mark; the signal says that nobody waits for it any more.
 */
export function answerMarks(
	mark: (spec: ReleaseSpec, from: Sender, signal: AbortSignal) => Promise<MarkText | null>,
): void {
	const shape = v.strictObject({
		name: v.pipe(v.string(), v.maxLength(214)),
		selector: v.pipe(v.string(), v.maxLength(256)),
		isWanted: v.boolean(),
	});
	browser.runtime.onConnect.addListener((port) => {
		if (port.name !== MARKS) return;
		const from = askerOf(MARKS, port.sender);
		if (!from) {
			port.disconnect();
			return;
		}
		const waiting = new Map<string, AbortController>();
		const drop = (release: string) => {
			waiting.get(release)?.abort();
			waiting.delete(release);
		};
		// The last first, or one that is under way gives its turn to one that is about to be dropped. In a listener of an extension's API
		// Chromium runs microtasks after each event that is dispatched in it, in the middle of this loop.
		const end = () => {
			for (const release of [...waiting.keys()].reverse()) drop(release);
		};
		port.onDisconnect.addListener(end);
		port.onMessage.addListener((message: unknown) => {
			const parsed = v.safeParse(shape, message);
			const spec = parsed.success ? releaseSpec(parsed.output.name, parsed.output.selector) : undefined;
			// To drop one is always allowed: it makes room.
			if (!parsed.success || !spec || (parsed.output.isWanted && waiting.size >= MAX_WAITING)) {
				end();
				port.disconnect();
				return;
			}
			const release = specText(spec);
			if (!parsed.output.isWanted) return drop(release);
			if (waiting.has(release)) return;
			const gone = new AbortController();
			waiting.set(release, gone);
			const answer = (text?: MarkText | null) => {
				if (gone.signal.aborted) return;
				waiting.delete(release);
				port.postMessage({ release, text });
			};
			keepAlive(mark(spec, from, gone.signal)).then(answer, () => answer());
		});
	});
}
