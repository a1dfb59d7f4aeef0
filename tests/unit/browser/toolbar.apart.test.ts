/** Tests that the toolbar icon has a badge for malware and a mismatch alone, and that it goes with the page. */
import { expect, test, vi } from 'vitest';
import { LOOK_PATHS, type Look } from '../../../lib/text/verdict-icons.ts';

const badges: unknown[] = [];
const nothing = async () => undefined;
vi.stubGlobal('browser', {
	runtime: { id: 'own' },
	action: {
		setIcon: nothing,
		setTitle: nothing,
		setBadgeBackgroundColor: nothing,
		setBadgeText: async (badge: unknown) => void badges.push(badge),
	},
});
const context = new Proxy({}, { get: () => () => undefined, set: () => true });
vi.stubGlobal(
	'OffscreenCanvas',
	class {
		getContext = () => context;
	},
);
vi.stubGlobal('Path2D', class {});
const { clearToolbar, showInToolbar } = await import('../../../lib/browser/toolbar.ts');

test('a badge for two looks, and none for the others', async () => {
	const looks = Object.keys(LOOK_PATHS) as Look[];
	for (const look of looks) await showInToolbar(3, look, 'Title');
	expect(badges).toEqual(looks.map((look) => ({ tabId: 3, text: /^(malware|mismatch)$/.test(look) ? '!' : '' })));
	expect(looks).toEqual(expect.arrayContaining(['malware', 'mismatch', 'lost']));
});

test('it goes with the page', async () => {
	await showInToolbar(4, 'malware', 'Title');
	await clearToolbar(4);
	expect(badges.at(-1)).toEqual({ tabId: 4, text: '' });
});
