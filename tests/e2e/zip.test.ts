/** Tests that Mozilla's source archive, unpacked in another folder and built at another time, gives the same archives byte for byte. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { unzipSync } from 'fflate';
import { expect, test } from 'vitest';
import { packAll, packArchive, readFolder } from '../../scripts/archive.ts';
import { findListingProblems, LISTING, parseListing } from '../../scripts/store-listing.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const output = join(root, '.output');
const BUILT = ['chrome-mv3', 'firefox-mv3'] as const;

/** Loaded before anything else: the clock of a later year. */
const LATER = `data:text/javascript,${encodeURIComponent(`
	const now = Date.now;
	const ahead = 400 * 24 * 60 * 60 * 1000 + 12345;
	Date.now = () => now() + ahead;
	globalThis.Date = new Proxy(Date, { construct: (Real, given) => (given.length > 0 ? new Real(...given) : new Real(Date.now())) });
`)}`;

// Never a second try: what is the same only sometimes is not the same.
test('two folders, two times, the same bytes', { retry: 0, timeout: 300_000 }, () => {
	for (const folder of BUILT)
		if (!existsSync(join(output, folder, 'manifest.json'))) throw new Error(`not built: ${folder} (npm run build)`);
	const { chrome, edge, firefox, sources } = packAll(output);
	expect(Buffer.from(edge).equals(chrome)).toBe(true);

	const folder = mkdtempSync(join(tmpdir(), 'from sources-'));
	try {
		for (const [path, content] of Object.entries(unzipSync(sources))) {
			mkdirSync(dirname(join(folder, path)), { recursive: true });
			writeFileSync(join(folder, path), content);
		}
		// What the page says, but for `npm ci`: the packages are those of the lockfile here as well.
		const commands = /```sh\n([\s\S]*?)```/.exec(readFileSync(join(folder, 'BUILD.md'), 'utf8'))?.[1]?.trim();
		expect(commands?.split('\n')).toEqual(['npm ci', 'npm run build']);
		symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
		const built = spawnSync('npm', ['run', 'build'], {
			cwd: folder,
			encoding: 'utf8',
			env: { ...process.env, NODE_OPTIONS: `--import=${LATER}`, TZ: 'Pacific/Kiritimati', LC_ALL: 'C' },
			shell: process.platform === 'win32',
		});
		expect(built.status, built.stdout + built.stderr).toBe(0);
		for (const [name, archive] of [
			['chrome-mv3', chrome],
			['firefox-mv3', firefox],
		] as const) {
			const again = readFolder(join(folder, '.output', name));
			// Names first: where they differ, they say more than bytes.
			expect([...again.keys()].toSorted()).toEqual(Object.keys(unzipSync(archive)));
			expect(Buffer.from(packArchive(again)).equals(archive), name).toBe(true);
		}
	} finally {
		rmSync(folder, { recursive: true });
	}
});

test('the listing fits what was built', () => {
	const manifests = BUILT.map((folder) => JSON.parse(readFileSync(join(output, folder, 'manifest.json'), 'utf8')));
	expect(findListingProblems(parseListing(readFileSync(join(root, LISTING), 'utf8')), manifests)).toEqual([]);
});
