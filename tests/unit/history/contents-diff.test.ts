/** Tests of what nobody signed of a release's contents, against an earlier release's. */
import { describe, expect, test } from 'vitest';
import { compareContents, compareTimes } from '../../../lib/history/contents-diff.ts';
import type { PublishedRelease } from '../../../lib/npm/published-release.ts';
import { packumentJson, parsed, type Row } from '../../fixtures/packuments.ts';

const releasesOf = async (...rows: Partial<Row>[]): Promise<PublishedRelease[]> => {
	const json = packumentJson(
		rows.map((row, index) => ({ version: `1.0.${index}`, at: `2026-0${index + 1}-01T00:00:00Z`, ...row })),
	);
	return (await parsed(json)).releases;
};

/** What is new in the second of two releases. */
async function newIn(before: Partial<Row>, now: Partial<Row>) {
	const [one, other] = (await releasesOf(before, now)) as [PublishedRelease, PublishedRelease];
	return compareContents(one, other);
}

const codes = async (before: Partial<Row>, now: Partial<Row>) => (await newIn(before, now)).map(({ code }) => code);

test('a script that runs on install, new or different', async () => {
	const scripts = (postinstall: string) => ({ manifest: { scripts: { postinstall, test: 'vitest' } } });
	expect(await codes({}, scripts('node setup.js'))).toEqual(['install-script-added']);
	expect(await codes(scripts('node setup.js'), scripts('node x.js'))).toEqual(['install-script-changed']);
	expect(await codes(scripts('node setup.js'), scripts('node setup.js'))).toEqual([]);
	expect(await codes(scripts('node setup.js'), {})).toEqual([]);
	expect(await codes({}, { manifest: { scripts: { prepublishOnly: 'tsc', test: 'vitest' } } })).toEqual([]);
	expect((await newIn({}, scripts('node setup.js')))[0]).toMatchObject({
		saidBy: 'package',
		claim: 'workflow-harmless',
		data: { name: 'postinstall', command: 'node setup.js', since: '1.0.0' },
		detail: 'postinstall, not in 1.0.0',
	});
	expect((await newIn(scripts('node setup.js'), scripts('node x.js')))[0]).toMatchObject({
		data: { name: 'postinstall', command: 'node x.js', before: 'node setup.js', since: '1.0.0' },
		detail: 'postinstall, in 1.0.0: node setup.js',
	});
});

test('far more bytes: half as many more, and a mebibyte', async () => {
	expect((await newIn({ size: 900_000, files: 9 }, { size: 3_200_000, files: 10 }))[0]).toMatchObject({
		code: 'size-jumped',
		data: { before: 900_000, now: 3_200_000, filesBefore: 9, filesNow: 10, since: '1.0.0' },
		detail: '900000 -> 3200000 bytes, 9 -> 10 files',
	});
	expect(await codes({ size: 9_000_000 }, { size: 11_300_000 })).toEqual([]);
	expect(await codes({ size: 1_000 }, { size: 900_000 })).toEqual([]);
});

describe('another release of the line within ten minutes', () => {
	test('before or after; the nearest of several', async () => {
		const releases = await releasesOf(
			{ version: '1.0.0', at: '2026-01-01T00:00:00Z' },
			{ version: '1.0.1', at: '2026-02-01T00:00:00Z' },
			{ version: '2.0.0', at: '2026-02-01T00:01:00Z' },
			{ version: '1.0.2', at: '2026-02-01T00:10:00Z' },
			{ version: '1.0.3', at: '2026-02-01T00:20:01Z' },
			{ version: '1.0.4', at: '2026-03-01T00:00:00Z' },
			{ version: '1.0.5', at: '2026-03-01T00:05:00Z' },
			{ version: '1.0.6', at: '2026-03-01T00:09:00Z' },
		);
		const near = (version: string) => {
			const here = releases.find((one) => one.version === version) as PublishedRelease;
			return compareTimes(releases, here).map(({ data }) => data);
		};
		expect(near('1.0.1')).toEqual([{ version: '1.0.2', seconds: 600 }]);
		expect(near('1.0.2')).toEqual([{ version: '1.0.1', seconds: 600 }]);
		expect(near('1.0.3')).toEqual([]);
		expect(near('2.0.0')).toEqual([]);
		expect(near('1.0.5')).toEqual([{ version: '1.0.6', seconds: 240 }]);
	});
});

test('a text is cut to what a reader can bear', async () => {
	const scripts = (install: string) => ({ manifest: { scripts: { install } } });
	const [finding] = await newIn(scripts('y'.repeat(10_000)), scripts('x'.repeat(10_000)));
	expect(finding?.detail?.length).toBe(300);
	expect(finding?.data).toMatchObject({ command: 'x'.repeat(300) });
});
