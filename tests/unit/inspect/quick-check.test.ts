/** Tests of the quick check of a release in a list: which lists are asked for, and what they tell of a loss. */
import { describe, expect, test } from 'vitest';
import { type InspectContext, inspect } from '../../../lib/inspect/inspect.ts';
import { checkQuickly, listsOf } from '../../../lib/inspect/quick-check.ts';
import { failed, type Result, success } from '../../../lib/report/result.ts';
import { embeddedTrustRoot } from '../../../lib/sigstore/trust-root.ts';
import { describeMark } from '../../../lib/text/en/marks.ts';
import { packumentJson, type Row } from '../../fixtures/packuments.ts';

const trust = await embeddedTrustRoot();
const at = (week: number) => new Date(Date.UTC(2026, 0, 1) + week * 7 * 24 * 3600 * 1000).toISOString();
/** Releases a week apart; those with `+` at their end have provenance. */
const weekly = (...versions: string[]): Row[] =>
	versions.map((text, week) => ({
		version: text.replace(/\+$/, ''),
		at: at(week),
		provenance: text.endsWith('+'),
	}));

/** The mark of a release without provenance, and which lists were asked for. */
async function markOf(
	version: string,
	rows: Row[],
	policies: InspectContext['policies'] = [],
	abbreviated?: Result<unknown>,
	undated: readonly string[] = [],
) {
	const asked: string[] = [];
	const json = packumentJson(rows);
	const { time: _time, ...short } = json;
	for (const one of undated) delete json.time[one];
	const world: InspectContext = {
		registry: {
			fetchManifest: async ({ name }) => success({ name, version, signatures: [] }),
			fetchAttestations: async () => success(undefined),
			fetchPackument: async () => success(json),
		},
		trust,
		policies,
		now: () => new Date(at(1000)),
	};
	const lists = listsOf(
		{
			fetchAbbreviated: async () => {
				asked.push('abbreviated');
				return abbreviated ?? success(short);
			},
			fetchPackument: async () => {
				asked.push('whole');
				return success(json);
			},
		},
		(make) => make,
	);
	const { report, ...facts } = await checkQuickly(
		await inspect({ name: 'example', selector: version, kind: 'version' }, world),
		world,
		lists,
	);
	const { before, mute, isUnlisted } = facts;
	return { before, mute, ...(isUnlisted && { isUnlisted }), asked, ...describeMark(report, facts) };
}

describe('a release without provenance', () => {
	test('is cleared by the abbreviated list where nothing up to it had any', async () => {
		for (const [version, rows] of [
			['1.0.0', weekly('1.0.0')],
			['1.0.1', weekly('1.0.0', '1.0.1', '1.1.0+', '2.0.0+')],
			['1.1.0', weekly('1.0.0', '1.1.0-rc.1+', '1.1.0')],
		] as const)
			expect(await markOf(version, [...rows])).toMatchObject({
				before: undefined,
				mute: undefined,
				look: 'none',
				asked: ['abbreviated'],
			});
	});

	test('is accused by the whole list only, which has times', async () => {
		const both = ['abbreviated', 'whole'];
		expect(await markOf('1.0.1', weekly('1.0.0+', '1.0.1'))).toMatchObject({ before: '1.0.0', asked: both });
		// Its line began before, or what had it came later.
		expect(await markOf('2.0.0', weekly('1.0.0', '2.0.0', '1.1.0+'))).toMatchObject({ before: undefined, asked: both });
		expect(await markOf('1.0.1', weekly('1.0.1', '1.0.0+'))).toMatchObject({ before: undefined, asked: both });
	});

	test('is not cleared by letters: a canary is named by its commit, and build metadata is no version', async () => {
		expect((await markOf('1.0.0-canary-00aa', weekly('1.0.0-canary-ff00+', '1.0.0-canary-00aa'))).before).toBe(
			'1.0.0-canary-ff00',
		);
		expect((await markOf('1.0.0+x', weekly('1.0.0+', '1.0.0+x'))).before).toBe('1.0.0');
	});

	test('is accused where it is a prerelease that `latest` names, however low: it is compared with stable ones', async () => {
		const rows = weekly('3.0.0+', '3.1.0+', '2.0.0-0');
		expect(await markOf('2.0.0-0', rows)).toMatchObject({ before: '3.1.0', asked: ['abbreviated', 'whole'] });
		// It is not the latest one any more.
		expect(await markOf('2.0.0-0', [...rows, ...weekly('4.0.0+')])).toMatchObject({ asked: ['abbreviated'] });
	});

	test('says nothing where the list cannot be had', async () => {
		expect(await markOf('1.0.1', weekly('1.0.0+', '1.0.1'), [], failed('registry-error'))).toMatchObject({
			before: undefined,
			asked: ['abbreviated'],
		});
	});

	test('could not be compared where the whole list gives no date of it, or of one that may count', async () => {
		for (const undated of [['1.0.1'], ['1.0.0']])
			expect(await markOf('1.0.1', weekly('1.0.0+', '1.0.1'), [], undefined, undated)).toMatchObject({
				before: undefined,
				isUnlisted: true,
				asked: ['abbreviated', 'whole'],
			});
	});

	test('names what had a record, however the loss came to it', async () => {
		// Neither the nearest release nor the first that was lost has one.
		const rows = weekly('1.0.0+', '2.0.0-rc.0', '2.1.0-rc.0+', '2.0.0-rc.1');
		expect(await markOf('2.0.0-rc.1', rows)).toMatchObject({ before: '1.0.0', look: 'lost' });
		const lines = weekly('0.9.0+', '1.0.0', '2.0.0', '2.1.0+', '2.0.1');
		expect(await markOf('2.0.1', lines)).toMatchObject({ before: '0.9.0', look: 'lost' });
	});

	test('is told as calmly as in its panel', async () => {
		const long = weekly('1.0.0+', '1.0.1', '1.0.2', '1.0.3', '1.0.4', '1.0.5', '1.0.6');
		expect(await markOf('1.0.6', long)).toMatchObject({
			look: 'lost-earlier',
			sentence:
				'No build record for “example 1.0.6”, though an earlier release had one. This line has had none since “1.0.1”, 8 January 2026. Open it to compare them.',
		});
		expect((await markOf('1.0.3', long)).look).toBe('lost');
		const deprecated = { manifest: { deprecated: 'broken' } };
		const followed = weekly('1.0.0+', '1.0.1', '1.0.2+').map((row) =>
			row.version === '1.0.1' ? { ...row, ...deprecated } : row,
		);
		expect(await markOf('1.0.1', followed)).toMatchObject({
			look: 'lost-earlier',
			sentence:
				'No build record for “example 1.0.1”, though an earlier release had one. It is deprecated; “1.0.2” came after it. Open it to compare them.',
		});
	});

	test('whose loss was dismissed is told so', async () => {
		const mutes = [{ package: 'example', note: 'by hand', date: '2026-01-20' }];
		const policies = [{ setBy: 'you' as const, policy: { version: 1 as const, rows: [], mutes } }];
		expect((await markOf('1.0.1', weekly('1.0.0+', '1.0.1'), policies)).mute).toMatchObject({
			code: 'muted',
			data: { note: 'by hand' },
		});
	});
});
