/** Scenarios of the replayed histories: each asked release judged inside the extension's own background, in both browsers. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { REGISTRY } from '../../lib/npm/hosts.ts';
import { buildExtension } from '../../scripts/build.ts';
import { faultsOf, type HistoryCase } from '../fixtures/judgement.ts';
import { replaysIn } from '../fixtures/replays.ts';
import { BROWSER_NAMES, type RunningBrowser, startBrowser } from '../support/browser.ts';

const histories = replaysIn<HistoryCase>('histories');

describe.skipIf(histories.length === 0).each(BROWSER_NAMES)('%s', (name) => {
	let browser: RunningBrowser;
	beforeAll(async () => {
		const target = name === 'chromium' ? 'chrome' : 'firefox';
		const [extension = ''] = await buildExtension([target], { hasDoor: true, isSilent: true });
		browser = await startBrowser(name, { extension });
	}, 90_000);
	afterAll(() => browser?.close());

	test('every history has its right outcome', async () => {
		const wrong: string[] = [];
		for (const { name: history, dir, json } of histories) {
			const read = (file: string) => readFileSync(join(dir, file), 'utf8');
			const reports = await browser.callDoor('judge', {
				world: JSON.parse(read('world.json').replaceAll('{registry}', REGISTRY)),
				now: json.now,
				trustedRoot: read(json.trustedRoot),
				specs: json.ask,
			});
			for (const [index, spec] of json.ask.entries()) {
				const faults = faultsOf(reports[index], json.expect[spec]);
				if (faults.length > 0) wrong.push(`${history} ${spec}: ${faults.join('; ')}`);
			}
		}
		expect(wrong).toEqual([]);
	}, 120_000);
});
