/** Tests of the picture's geometry: time across, way of publishing up, few marks however many releases. */
import { describe, expect, test } from 'vitest';
import { type Frame, nearest, pathsOf, placesOf, ticksOf } from '../../../components/timeline/timeline.ts';
import type { LineRelease } from '../../../lib/report/history.ts';

const FRAME: Frame = { left: 100, right: 700, base: 160, step: 40 };

const release = (day: string, more: Partial<LineRelease> = {}): LineRelease => ({
	version: '1.0.0',
	publishedAt: `${day}T00:00:00.000Z`,
	tier: 'none',
	hasProvenance: false,
	...more,
});

describe('places', () => {
	test('time across, the way of publishing up; without provenance at the bottom', () => {
		const places = placesOf(
			[
				release('2025-01-01'),
				release('2025-01-03', { tier: 'publisher-only' }),
				release('2025-01-05', { tier: 'provenance' }),
				release('2025-01-07', { tier: 'trusted-publisher' }),
				release('2025-01-09', { tier: 'staged' }),
			],
			FRAME,
		);
		expect(places).toEqual([
			{ x: 100, y: 160 },
			{ x: 250, y: 160 },
			{ x: 400, y: 120 },
			{ x: 550, y: 80 },
			{ x: 700, y: 40 },
		]);
		expect(nearest(places, 540, 90)).toBe(3);
		expect(nearest(places, 100, 0)).toBe(0);
	});

	test('one release, or several of one moment, stand in the middle', () => {
		expect(placesOf([release('2025-01-01')], FRAME)[0]?.x).toBe(400);
		const two = placesOf([release('2025-01-01'), release('2025-01-01')], FRAME);
		expect(two.map(({ x }) => x)).toEqual([400, 400]);
		expect(nearest(two, 400, 160)).toBe(1);
		expect(ticksOf([release('2025-01-01')], FRAME)).toEqual([{ x: 400, label: '1 Jan' }]);
	});
});

test('10,000 releases are no more marks than the picture has room for, and each kind is there', () => {
	const releases = Array.from({ length: 10_000 }, (_, index) =>
		release(new Date(Date.UTC(2016, 0, 1) + index * 8 * 3_600_000).toISOString().slice(0, 10), {
			...(index % 3 === 0 && { isPrerelease: true as const }),
			...(index > 5000 && { isDeprecated: true as const }),
			...(index === 5000 && { publisherBefore: 'somebody' }),
		}),
	);
	const paths = pathsOf(releases, placesOf(releases, FRAME));
	const marks = (path: string) => path.split('M').length - 1;
	expect(marks(paths.stable)).toBe(201);
	expect(marks(paths.prerelease)).toBe(201);
	expect(marks(paths.deprecated)).toBe(26);
	expect(paths.accounts).toHaveLength(1);
});

describe('the axis', () => {
	test.each([
		['days', '2025-02-27', '2025-03-04', ['27 Feb', '28 Feb', '1 Mar', '2 Mar', '3 Mar', '4 Mar']],
		['months', '2025-01-15', '2025-06-20', ['Feb 2025', 'Mar 2025', 'Apr 2025', 'May 2025', 'Jun 2025']],
		['years', '2019-06-01', '2024-03-01', ['2020', '2021', '2022', '2023', '2024']],
	])('%s', (_unit, from, to, labels) => {
		const ticks = ticksOf([release(from), release(to)], FRAME);
		expect(ticks.map(({ label }) => label)).toEqual(labels);
		expect(ticks.every(({ x }) => x >= FRAME.left && x <= FRAME.right)).toBe(true);
	});

	test('labels have room, however long the time and narrow the picture', () => {
		for (const [from, to] of [
			['1971-01-01', '2999-01-01'],
			['2024-12-31', '2025-01-01'],
			['2012-03-01', '2026-11-25'],
			['2026-01-01', '2026-03-25'],
		])
			for (const right of [150, 300, 700]) {
				const ticks = ticksOf([release(from ?? ''), release(to ?? '')], { ...FRAME, right });
				const gaps = ticks.slice(1).map(({ x }, index) => x - (ticks[index]?.x ?? 0));
				expect(Math.min(...gaps, 100), `${from} ${to} ${right}`).toBeGreaterThanOrEqual(28);
			}
	});
});
