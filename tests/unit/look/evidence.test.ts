/** Tests of the looks at the log, the dependencies and the files: what each finds in made-up answers. */
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { Report } from '../../../lib/report/report.ts';
import { COMMIT, claimOf, codesIn, find, OTHER, useLooks } from '../../fixtures/looking.ts';
import { type githubRecords, logHead, logRecords } from '../../fixtures/outside.ts';
import { mintRelease } from '../../support/mint.ts';
import { packageOf } from '../../support/recordings.ts';

const looking = useLooks();

/** Entries in the log now. */
const newest = () => Number(looking.authority.log.prove(0).treeSize);

describe('log', () => {
	test('finds the entry again, and that the log has grown', async () => {
		const release = await looking.serve();
		looking.outside.records = new Map(Object.entries(logRecords(looking.authority, release)));
		expect(codesIn(await looking.lookedAt('log'))).toEqual(['log-entry-found']);
		await mintRelease(looking.authority, { name: 'later' });
		looking.outside.records = new Map(Object.entries(logRecords(looking.authority, release)));
		const report = await looking.lookedAt('log');
		expect(codesIn(report)).toEqual(['log-entry-found', 'log-root-newer']);
		expect(find(report, 'log-entry-found')).toMatchObject({ claim: 'logged', saidBy: 'rekor' });
		expect(claimOf(report, 'logged')).toEqual({ id: 'logged', standing: 'proved' });
	});

	test('follows the roots from the record over the proof to the newest, whatever order they have', async () => {
		const release = await looking.serve();
		const size = newest();
		await mintRelease(looking.authority, { name: 'later' });
		await mintRelease(looking.authority, { name: 'latest' });
		// The newest root is of a larger tree than the proof.
		looking.outside.records = new Map(Object.entries(logRecords(looking.authority, release, size + 1)));
		const proofs = () => looking.outside.seen.flatMap(({ path }) => (path.includes('/proof?') ? [path] : []));
		const report = await looking.lookedAt('log');
		expect(codesIn(report)).toEqual(['log-entry-found', 'log-root-newer']);
		expect(find(report, 'log-root-newer')).toMatchObject({ data: { before: String(size) } });
		expect(find(report, 'log-entry-found')).toMatchObject({ data: { size: String(newest()) } });
		expect(proofs()).toEqual([
			`/api/v1/log/proof?firstSize=${size}&lastSize=${size + 1}&treeID=1`,
			`/api/v1/log/proof?firstSize=${size + 1}&lastSize=${newest()}&treeID=1`,
		]);
		// Asked a little later, the entry comes in a larger tree than the newest root before it.
		const now = logRecords(looking.authority, release);
		const older = looking.authority.log.prove(0, size + 1);
		const growths = logRecords(looking.authority, release, size + 1);
		looking.outside.records = new Map(Object.entries({ ...growths, ...now, '/api/v1/log': { json: logHead(older) } }));
		const later = await looking.lookedAt('log');
		expect(codesIn(later)).toEqual(['log-entry-found', 'log-root-newer']);
		expect(find(later, 'log-entry-found')).toMatchObject({ data: { size: String(newest()) } });
	});

	test('takes the root of the part that the entry is in', async () => {
		const release = await looking.serve();
		const records = logRecords(looking.authority, release);
		const json = records['/api/v1/log']?.json as object;
		const { log } = looking.authority;
		const active = { treeID: '2', signedTreeHead: log.signRoot({ tree: '2', size: 3, root: Buffer.alloc(32) }) };
		records['/api/v1/log'] = { json: { ...active, inactiveShards: [json] } };
		looking.outside.records = new Map(Object.entries(records));
		expect(codesIn(await looking.lookedAt('log'))).toEqual(['log-entry-found']);
		// The root of another part, under the number of this one.
		records['/api/v1/log'] = { json: { ...active, treeID: '1' } };
		looking.outside.records = new Map(Object.entries(records));
		const stray = await looking.lookedAt('log');
		expect(find(stray, 'log-entry-differs').detail).toContain('roots of tree 2 and of tree 1');
		records['/api/v1/log'] = { json: active };
		looking.outside.records = new Map(Object.entries(records));
		const none = await looking.lookedAt('log');
		expect(none.looks?.[0]?.failure).toEqual({ code: 'answer-unreadable', detail: 'no root of tree 1' });
		expect(codesIn(none)).toEqual(['log-entry-found']);
		records['/api/v1/log'] = { json: { ...json, signedTreeHead: '' } };
		looking.outside.records = new Map(Object.entries(records));
		const empty = await looking.lookedAt('log');
		expect(empty.looks?.[0]?.failure).toEqual({ code: 'answer-unreadable', detail: 'not a signed root of a tree' });
	});

	test.each([
		['that is not given', { status: 500 }, 'source-unreachable'],
		['that is none', { json: { hashes: ['x'] } }, 'answer-unreadable'],
		['without end', { json: { hashes: Array.from({ length: 65 }, () => '0'.repeat(64)) } }, 'answer-unreadable'],
	])(
		'a proof of growth %s is a reason, and the entry is found in the tree of its own proof',
		async (_name, answer, code) => {
			const release = await looking.serve();
			const size = newest();
			await mintRelease(looking.authority, { name: 'later' });
			const records = logRecords(looking.authority, release, size);
			// What stands beside the signed root is not what was proved.
			const entry = Object.values(Object.values(records)[0]?.json as object)[0];
			entry.verification.inclusionProof.treeSize = 999_999;
			for (const path of Object.keys(records)) if (path.includes('/proof?')) records[path] = answer;
			looking.outside.records = new Map(Object.entries(records));
			const report = await looking.lookedAt('log');
			expect(report.looks?.[0]?.failure?.code).toBe(code);
			expect(codesIn(report)).toEqual(['log-entry-found']);
			expect(find(report, 'log-entry-found')).toMatchObject({ data: { size: String(size) } });
			expect(claimOf(report, 'logged')).toEqual({ id: 'logged', standing: 'proved' });
		},
	);

	// biome-ignore lint/suspicious/noExplicitAny: any part of the answer is rewritten
	const changes: [string, RegExp, (entry: any, head: any, records: { [path: string]: { json?: any } }) => void][] = [
		[
			'another body',
			/another body/,
			(entry) => {
				entry.body = 'e30=';
			},
		],
		[
			'another index',
			/index 1/,
			(entry) => {
				entry.logIndex += 1e9;
			},
		],
		[
			'another log',
			/log 0000/,
			(entry) => {
				entry.logID = '0'.repeat(64);
			},
		],
		[
			'another time',
			/logged at/,
			(entry) => {
				entry.integratedTime += 60;
			},
		],
		[
			'a proof that does not hold',
			/log-proof-invalid/,
			(entry) => {
				entry.verification.inclusionProof.hashes.reverse();
			},
		],
		[
			'a root that nobody signed',
			/log-(checkpoint|proof)-invalid/,
			(entry) => {
				entry.verification.inclusionProof.checkpoint = entry.verification.inclusionProof.checkpoint.replace(
					'\n',
					'0\n',
				);
			},
		],
		[
			'a newest root that nobody signed',
			/log-checkpoint-invalid: tree 1 of 1\d+ entries/,
			(_entry, head) => {
				head.signedTreeHead = head.signedTreeHead.replace(/ - 1\n/, ' - 1\n1');
			},
		],
		[
			'two roots of one size',
			/log-proof-invalid: two roots of \d+ entries: [0-9a-f]{64}, (00){32};/,
			(_entry, head) => {
				head.signedTreeHead = looking.authority.log.signRoot({ size: head.treeSize, root: Buffer.alloc(32) });
			},
		],
		[
			'a newest root that does not hold the older',
			/log-proof-invalid: no proof that the tree of \d+ holds that of \d+ entries/,
			(_entry, head, records) => {
				const size = head.treeSize + 1;
				head.signedTreeHead = looking.authority.log.signRoot({ size, root: Buffer.alloc(32, 7) });
				const hashes = Array.from({ length: 3 }, () => '0'.repeat(64));
				const path = `/api/v1/log/proof?firstSize=${head.treeSize}&lastSize=${size}&treeID=1`;
				records[path] = { json: { hashes } };
			},
		],
		[
			'a proof of growth that was changed',
			/log-proof-invalid: no proof/,
			(_entry, _head, records) => {
				const [growth] = Object.entries(records).flatMap(([path, { json }]) =>
					path.includes('/proof?') ? [json] : [],
				);
				growth.hashes[0] = '0'.repeat(64);
			},
		],
	];
	test.each(changes)('differs by %s, and the verdict stays', async (_name, why, change) => {
		const release = await looking.serve();
		await mintRelease(looking.authority, { name: 'later' });
		const records = logRecords(looking.authority, release);
		const [entry, head] = Object.values(records).map(({ json }) => json);
		change(Object.values(entry as object)[0], head, records);
		looking.outside.records = new Map(Object.entries(records));
		const report = await looking.lookedAt('log');
		expect(codesIn(report)).toEqual(['log-entry-differs']);
		expect(find(report, 'log-entry-differs').detail).toMatch(why);
		expect(report.verdict).toBe('confirmed');
	});

	test('that has no such entry differs; one that cannot be asked is a reason', async () => {
		const release = await looking.serve();
		const records = logRecords(looking.authority, release);
		looking.outside.records = new Map(Object.entries(records).slice(1));
		expect(codesIn(await looking.lookedAt('log'))).toEqual(['log-entry-differs']);
		looking.outside.records.clear();
		looking.outside.records.set('/api/v1/log', { text: '<html>' });
		expect((await looking.lookedAt('log')).looks?.[0]?.failure?.code).toBe('answer-unreadable');
		const args = looking.argv('log').filter((word, at, all) => word !== '--rekor' && all[at - 1] !== '--rekor');
		const report: Report = JSON.parse((await looking.run([...args, '--json'])).output);
		expect(report.looks?.[0]?.failure).toEqual({ code: 'log-not-public', detail: 'https://rekor.sigstore.test' });
	});
});

describe('dependencies', () => {
	test('each direct one has the verdict of the version that its range gives today, the worst first', async () => {
		const inner = await mintRelease(looking.authority, { name: 'inner', version: '1.2.0' });
		const bare = await mintRelease(looking.authority, { name: 'bare', provenance: false, publish: false });
		looking.server.serve(packageOf([inner]), packageOf([bare]));
		const dependencies = { inner: '^1.0.0', bare: '*', alias: 'npm:inner@1', elsewhere: 'github:some/where' };
		await looking.serve({ packageJson: { dependencies } });
		const report = await looking.lookedAt('dependencies');
		const found = report.findings.flatMap((one) => (one.code === 'dependency-verdict' ? [one.data] : []));
		expect(found.map(({ name, version, verdict }) => [name, version, verdict])).toEqual([
			['elsewhere', undefined, 'unknown'],
			['bare', '1.0.0', 'none'],
			['inner', '1.2.0', 'confirmed'],
			['alias', '1.2.0', 'confirmed'],
		]);
		expect(claimOf(report, 'dependencies-clean')).toMatchObject({ standing: 'looked-at' });
	});
});

describe('files and scripts', () => {
	const FILES = {
		'package.json': '{}',
		'index.js': 'source',
		'src/install.js': 'source of it',
	};
	const github = (more: Parameters<typeof githubRecords>[0] = {}) => {
		looking.github({ files: FILES, ...more });
	};
	const withStray = () =>
		looking.serve({
			files: { 'index.js': 'source', 'src/install.js': 'source of it', 'router_init.js': 'x'.repeat(2_300_000) },
			packageJson: { scripts: { postinstall: 'node src/install.js && node router_init.js' } },
		});

	test('name the stray file, the largest first, and say of what an install starts where it is from', async () => {
		await withStray();
		github();
		const report = await looking.lookedAt('scripts,files');
		expect(codesIn(report)).toEqual([
			'files-in-source',
			'file-not-in-source',
			'file-not-in-source',
			'install-starts-file',
			'install-starts-file',
		]);
		expect(find(report, 'files-in-source')).toMatchObject({
			claim: 'only-this-source',
			data: { same: 2, built: 0, added: 2, folder: '', address: `https://github.com/stamp-test/minted/tree/${COMMIT}` },
		});
		expect(find(report, 'file-not-in-source')).toMatchObject({
			data: { path: 'router_init.js', bytes: 2_300_000, group: 'added' },
		});
		const started = report.findings.flatMap((one) => (one.code === 'install-starts-file' ? [one.data] : []));
		expect(started.map(({ path, inSource }) => [path, inSource])).toEqual([
			['src/install.js', 'same'],
			['router_init.js', 'not-in-source'],
		]);
		expect(looking.server.requests.filter(({ kind }) => kind === 'tarball')).toHaveLength(1);
		expect(looking.outside.seen.filter(({ path }) => path.includes('/repos/'))).toHaveLength(2);
		expect(report.verdict).toBe('confirmed');
	});

	test('list ten files, and how many more there are', async () => {
		const many = Object.fromEntries(Array.from({ length: 15 }, (_, at) => [`new/${at}.js`, `${at}`]));
		await looking.serve({ files: many });
		github();
		const report = await looking.lookedAt('files');
		expect(report.findings.filter(({ code }) => code === 'file-not-in-source')).toHaveLength(10);
		expect(find(report, 'and-more')).toMatchObject({ data: { code: 'file-not-in-source', more: 7 } });
	});

	test('compare nothing with a truncated tree, and fetch no file for it', async () => {
		await withStray();
		github({ isTruncated: true });
		const report = await looking.lookedAt('files');
		expect(claimOf(report, 'only-this-source')).toMatchObject({
			why: 'could-not-check',
			failure: { code: 'tree-truncated', detail: '4 entries' },
		});
		expect(looking.server.requests.some(({ kind }) => kind === 'tarball')).toBe(false);
	});

	test('bound a tree of more entries than GitHub lists', async () => {
		await withStray();
		const entry = { path: 'a', mode: '100644', type: 'blob', sha: OTHER, size: 1 };
		const json = { truncated: false, tree: Array.from({ length: 100_001 }, () => entry) };
		looking.outside.records.set(`/repos/stamp-test/minted/git/trees/${COMMIT}?recursive=1`, { json });
		expect((await looking.lookedAt('files')).looks?.[0]?.failure?.code).toBe('answer-unreadable');
	});

	test('read nothing of a file with another fingerprint, which makes the verdict mismatch', async () => {
		const release = await withStray();
		github();
		const tarball = Buffer.concat([release.tarball ?? Buffer.alloc(0)]);
		tarball[20] = (tarball[20] ?? 0) ^ 1;
		looking.server.serve(packageOf([{ ...release, tarball }]));
		const report = await looking.lookedAt('files,scripts');
		expect(report.verdict).toBe('mismatch');
		expect(claimOf(report, 'file-matches')).toMatchObject({ standing: 'refuted', failure: { code: 'file-differs' } });
		expect(codesIn(report)).toEqual([]);
	});

	test('refuse an archive with a link in it, though all its signatures hold', async () => {
		const link = (packed: Buffer) => {
			const bytes = gunzipSync(packed);
			// The type of the first entry; the sum of its header grows by as much.
			bytes[156] = '2'.charCodeAt(0);
			const sum = Number.parseInt(bytes.toString('latin1', 148, 154), 8) + 2;
			bytes.write(sum.toString(8).padStart(6, '0'), 148);
			return gzipSync(bytes);
		};
		await looking.serve({ tarball: link });
		github();
		const report = await looking.lookedAt('scripts');
		expect(claimOf(report, 'workflow-harmless')).toMatchObject({
			failure: { code: 'archive-refused', detail: 'a link: package/package.json' },
		});
	});

	test('that the registry does not serve are a reason', async () => {
		await withStray();
		looking.server.override('tarball', { status: 404 });
		expect((await looking.lookedAt('scripts')).looks?.[0]?.failure?.code).toBe('file-not-served');
	});
});
