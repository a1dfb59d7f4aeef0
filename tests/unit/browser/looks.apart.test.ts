/** Tests that a reader's looks are counted to three and no further, and that a storage that refuses asks for nothing. */
import { beforeEach, expect, test, vi } from 'vitest';

let kept: Record<string, unknown> = {};
let refuses = false;
const guard = <T>(value: T): Promise<T> => (refuses ? Promise.reject(new Error('full')) : Promise.resolve(value));
vi.stubGlobal('chrome', {
	runtime: { id: 'ours' },
	storage: {
		local: {
			get: (key: string) => guard({ [key]: kept[key] }),
			set: (items: object) => guard(Object.assign(kept, items)),
		},
	},
});
const { countLook } = await import('../../../lib/browser/looks.ts');

beforeEach(() => {
	kept = {};
	refuses = false;
});

test('one, two, three, and three again', async () => {
	const counts = [];
	for (let look = 0; look < 5; look += 1) counts.push(await countLook());
	expect(counts).toEqual([1, 2, 3, 3, 3]);
	expect(kept).toEqual({ looks: 3 });
});

test.each([
	['text', 'many'],
	['less than nothing', -7],
	['a fraction', 1.5],
	['far too many', 1e9],
	['a list', [3]],
])('what is kept may be %s', async (_what, found) => {
	kept = { looks: found };
	const count = await countLook();
	expect(Number.isInteger(count) && count >= 1 && count <= 3).toBe(true);
});

test('a storage that refuses counts one, each time', async () => {
	refuses = true;
	expect([await countLook(), await countLook(), await countLook()]).toEqual([1, 1, 1]);
});
