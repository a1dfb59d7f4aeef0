/** Tests that marks hold up no page: a list of 10,000 rows, and one of 250 that is read to its end. */
import { expect, test } from 'vitest';
import { NPM_SITE } from '../../lib/npm/hosts.ts';
import { packageOf } from '../support/recordings.ts';
import { tooLong, watchThread } from './busy.ts';
import { inEachBrowser } from './harness.ts';
import { areFilled, isViewFilled, LIST, serveLongList, waitFrames } from './mark-lists.ts';

/**
 * Runs in the page: ten thousand rows with a link each, beside four more links, which are no releases. Each row is laid out by itself:
 * a table of this length costs the browser more with each change than may be taken here, whoever makes the change.
 */
function drawManyRows(): void {
	const others = '<a href="/about">a</a> '.repeat(4);
	const rows = Array.from(
		{ length: 10_000 },
		(_row, at) =>
			`<li style="contain:strict;height:24px">${others}<a href="/package/dependency-${at}">dependency-${at}</a></li>`,
	);
	document.querySelector('#tabpanel-dependencies ul')?.insertAdjacentHTML('beforeend', rows.join(''));
}

/** Runs in the page, without looking at all rows: whether each whose link is in view has its mark. */
function isEachRowMarked(): boolean {
	const rows = document.querySelector('#tabpanel-dependencies ul')?.children ?? [];
	const linkOf = (at: number) => rows[at]?.querySelector('a[href*="/package/"]');
	let [at, end] = [0, rows.length];
	while (at < end) {
		const middle = (at + end) >> 1;
		if ((linkOf(middle)?.getBoundingClientRect().bottom ?? 0) <= 0) at = middle + 1;
		else end = middle;
	}
	const first = at;
	for (; (linkOf(at)?.getBoundingClientRect().top ?? innerHeight) < innerHeight; at += 1) {
		const mark = linkOf(at)?.nextElementSibling?.shadowRoot?.querySelector('button');
		if (!mark || mark.dataset.look === 'pending') return false;
	}
	return at > first + 5 || at === rows.length;
}

/** Runs in the page: changes of a row and of what is around it, each in a frame of its own. */
async function changeThirtyTimes(): Promise<void> {
	const rows = document.querySelector('#tabpanel-dependencies ul')?.children ?? [];
	for (let time = 0; time < 30; time += 1) {
		rows[rows.length - 1 - time]?.append(document.createElement('b'));
		document.body.append(document.createElement('i'));
		await new Promise((resolve) => requestAnimationFrame(resolve));
	}
}

inEachBrowser((stage) => {
	test('ten thousand rows and fifty thousand links hold up no page, and each row in view has its mark', async () => {
		const release = stage.release('sigstore@2.3.1');
		release.manifest.dependencies = { 'tuf-js': '^1' };
		stage.server.serve(packageOf([release]), packageOf([stage.release('tuf-js@1.0.0')]));
		// Nobody has a package of these names.
		stage.server.override(({ path }) => /dependency-\d/.test(path), { status: 404, body: '' });
		const { tab } = stage;
		await tab.open(LIST);
		await tab.waitFor(areFilled, [1]);
		await tab.evaluate(drawManyRows);
		await tab.evaluate(waitFrames);
		const read = async () => {
			await tab.evaluate(() => scrollTo(0, 0));
			await watchThread(tab);
			// The list of another address, as if it were read for the first time.
			await tab.evaluate(() => history.replaceState({}, '', `${location.search}&again=${performance.now()}`));
			for (const part of [0, 0.3, 0.5, 0.9, 1]) {
				await tab.evaluate((at) => scrollTo(0, at * (document.documentElement.scrollHeight - innerHeight)), part);
				await tab.waitFor(isEachRowMarked, []);
			}
			await tab.evaluate(changeThirtyTimes);
			return tab;
		};
		// Firefox stands still for 0.3 s on a page of this length without any mark, so there the rows are looked at, not the time.
		if (stage.name === 'firefox') await read();
		else expect(await tooLong(read)).toBeLessThanOrEqual(0);
		// What is far away is gone again.
		const { marks, first } = await tab.evaluate(() => ({
			marks: document.querySelectorAll('[data-stamp-of-origin-mark]').length,
			first: document.querySelector('#tabpanel-dependencies li:nth-child(2) [data-stamp-of-origin-mark]') !== null,
		}));
		expect(marks).toBeLessThan(600);
		expect(first).toBe(false);
	});

	test('in a list of two hundred and fifty no task takes longer than fifty milliseconds', async () => {
		serveLongList(stage);
		const { tab } = stage;
		const excess = await tooLong(async () => {
			await tab.open(`${NPM_SITE}/search?q=nothing-of-that-name`);
			await tab.open(LIST);
			await watchThread(tab);
			for (let screen = 0; ; screen += 1) {
				const isAtEnd = await tab.evaluate((at) => {
					scrollTo(0, at * innerHeight);
					return scrollY + innerHeight >= document.documentElement.scrollHeight - 1;
				}, screen);
				await tab.waitFor(isViewFilled, []);
				if (isAtEnd) break;
			}
			await tab.waitFor(areFilled, [250]);
			return tab;
		});
		expect(excess).toBeLessThanOrEqual(0);
	});
});
