/** Owns the daily alarm, which renews the trust root and tidies what is kept. */
import { browser } from 'wxt/browser';
import { keepAlive } from '../../lib/browser/keep-alive.ts';

const NAME = 'refresh-trust-root';
const PERIOD_MINUTES = 24 * 60;
/** Not while the browser is starting, nor while the first page that was opened is read. */
const MIN_DELAY_MINUTES = 10;

/**
 * Listens to the alarm, and sets it where there is none: Firefox forgets alarms when it is closed.
 * @param work what the alarm starts; the background stays alive until it is done.
 * @param lastAttempt ISO time of the last renewal; nothing where there was none.
 */
export function listenToAlarm(work: () => Promise<void>, lastAttempt: () => Promise<string | undefined>): void {
	browser.alarms.onAlarm.addListener(async ({ name }) => {
		if (name === NAME) await keepAlive(work());
	});
	void setAlarm(lastAttempt);
}

async function setAlarm(lastAttempt: () => Promise<string | undefined>): Promise<void> {
	if (await browser.alarms.get(NAME)) return;
	const last = await lastAttempt();
	const since = last === undefined ? PERIOD_MINUTES : (Date.now() - Date.parse(last)) / 60_000;
	const delayInMinutes = Math.max(MIN_DELAY_MINUTES, Math.min(PERIOD_MINUTES, PERIOD_MINUTES - since));
	await browser.alarms.create(NAME, { delayInMinutes, periodInMinutes: PERIOD_MINUTES });
}
