/** Tests how the advisories of a list are gathered: one request for all, which no slow release holds back for long. */
import { expect, test } from 'vitest';
import { createRegistry } from '../../../lib/registry/client.ts';
import { gatherAdvisories } from '../../../lib/registry/gather-advisories.ts';
import { failed, type Result, success } from '../../../lib/report/result.ts';

/** A gathering over a registry that notes what is asked. */
function gathering(longestWait: number, answer: Result<unknown> = success({ one: [1], two: [2], constructor: [3] })) {
	const asked: Record<string, string[]>[] = [];
	const registry = {
		...createRegistry('http://localhost:1'),
		fetchAdvisoriesOf: async (wanted: ReadonlyMap<string, ReadonlySet<string>>) => {
			asked.push(Object.fromEntries([...wanted].map(([name, versions]) => [name, [...versions]])));
			return answer;
		},
	};
	return { asked, ...gatherAdvisories(registry, longestWait) };
}

test('all releases under way are asked for by one request, and each gets its own part of the answer', async () => {
	const { asked, registry, begin } = gathering(60_000);
	const done = [begin(), begin(), begin(), begin()];
	const [first, second] = [registry.fetchAdvisories('one', '1.0.0'), registry.fetchAdvisories('one', '1.0.1')];
	const third = registry.fetchAdvisories('constructor', '2.0.0');
	expect(asked).toEqual([]);
	// The fourth turned out to be one that nobody asks about.
	done[3]?.();
	done[3]?.();
	expect(await first).toEqual(success({ one: [1] }));
	expect(await second).toEqual(success({ one: [1] }));
	expect(await third).toEqual(success({ constructor: [3] }));
	expect(asked).toEqual([{ one: ['1.0.0', '1.0.1'], constructor: ['2.0.0'] }]);
	// What the answer does not name has none.
	for (const end of done) end();
	begin();
	expect(await registry.fetchAdvisories('three', '1.0.0')).toEqual(success({}));
});

test('a failure is told to each', async () => {
	const { registry, begin } = gathering(60_000, failed('registry-error'));
	begin();
	begin();
	const both = [registry.fetchAdvisories('one', '1.0.0'), registry.fetchAdvisories('two', '1.0.0')];
	expect(await Promise.all(both)).toEqual([failed('registry-error'), failed('registry-error')]);
});

test('a release that takes long does not keep the others waiting', async () => {
	const { asked, registry, begin } = gathering(1);
	begin();
	begin();
	expect(await registry.fetchAdvisories('one', '1.0.0')).toEqual(success({ one: [1] }));
	expect(asked).toHaveLength(1);
});

test('no request names more than 250 packages', async () => {
	const { asked, registry, begin } = gathering(60_000);
	const names = Array.from({ length: 500 }, (_name, at) => `package-${at}`);
	for (const _name of names) begin();
	await Promise.all(names.map((name) => registry.fetchAdvisories(name, '1.0.0')));
	expect(asked.map((one) => Object.keys(one).length)).toEqual([250, 250]);
});
