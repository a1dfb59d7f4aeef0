/** Tests `npm run record -- --github`: what it keeps gives the same findings when it is played, and says nothing of people. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import type { Report } from '../../../lib/report/report.ts';
import { record } from '../../../scripts/record.ts';
import { COMMIT, useLooks } from '../../fixtures/looking.ts';
import { BUILD_FILE, logRecords, type Outside, type Record, startOutside } from '../../fixtures/outside.ts';
import { mintRelease } from '../../support/mint.ts';

const LOOKS = 'run,source,tag,workflow,log,files';
const PERSON = /A Person|A Tagger|person@|octocat|Signed-off/;

const looking = useLooks();
const folder = mkdtempSync(join(tmpdir(), 'record-'));
let played: Outside | undefined;
afterEach(() => {
	played?.close();
	rmSync(folder, { recursive: true, force: true });
});

/** What people leave in GitHub's answers, in each of them. */
const SOMEBODY = {
	actor: { login: 'octocat', email: 'person@example.test' },
	message: 'Release\n\nSigned-off-by: A Person <person@example.test>',
	head_commit: { author: { name: 'A Person', email: 'person@example.test' } },
};

function withPeople(outside: Outside): void {
	for (const [path, { json, ...rest }] of outside.records)
		if (path.startsWith('/repos/') && !Array.isArray(json))
			outside.records.set(path, { ...rest, json: { ...(json as object), ...SOMEBODY } });
}

/** The findings, without the address of the server and the names that are not kept. */
const findingsOf = ({ findings, looks }: Report, { base }: Outside) => ({
	findings: JSON.parse(
		JSON.stringify(findings)
			.replaceAll(base, 'BASE')
			.replace(/A Person|A Tagger/g, 'somebody'),
	),
	looks: looks?.map(({ look, failure }) => ({ look, failure })),
});

test('what was recorded gives the same findings when it is played, and names nobody', async () => {
	const release = await looking.serve({ files: { 'index.js': 'source', 'stray.js': 'stray' } });
	await mintRelease(looking.authority, { name: 'later' });
	looking.github({
		run: ['failure'],
		tags: { 'v1.0.0': { commit: COMMIT, isSigned: true } },
		buildFile: `# Questions to person@example.test, or ssh://person@example.test\n${BUILD_FILE.replace(/checkout@\w+/, 'checkout@release.main')}`,
		files: {
			'package.json': '{"name":"minted","author":{"name":"A Person"},"bugs":{"url":"https://person@example.test/"}}',
			'index.js': 'source',
			'.gitignore': 'dist',
		},
	});
	for (const [path, answer] of Object.entries(logRecords(looking.authority, release)))
		looking.outside.records.set(path, answer);
	withPeople(looking.outside);
	const served = await looking.lookedAt(LOOKS);
	const { base } = looking.outside;
	const asked = new Set(looking.outside.seen.map(({ path }) => path));

	const print = vi.spyOn(console, 'log').mockImplementation(() => undefined);
	const [registry, root] = ['--registry', '--trusted-root'].map((option) => {
		const args = looking.argv('');
		return args.slice(args.indexOf(option), args.indexOf(option) + 2);
	}) as [string[], string[]];
	const options = [...registry, ...root, ...looking.argv('').slice(-2)];
	const around = { env: {}, cwd: folder, home: folder };
	await record(['--github', 'minted@1.0.0'], {
		...{ folder, options, around },
		origins: { api: base, files: base, log: base },
	});
	const printed = print.mock.calls.flat().join('\n');
	print.mockRestore();
	expect(readdirSync(folder)).toEqual(['minted@1.0.0.looks.json']);
	expect(printed).toContain(join(folder, 'minted@1.0.0.looks.json'));
	const text = readFileSync(join(folder, 'minted@1.0.0.looks.json'), 'utf8');
	expect(text).not.toMatch(PERSON);
	expect(printed).not.toMatch(PERSON);
	const records: { [path: string]: Record } = JSON.parse(text);
	expect(new Set(Object.keys(records))).toEqual(asked);

	played = await startOutside(records);
	looking.outside.close();
	looking.outside = played;
	const replayed = await looking.lookedAt(LOOKS);
	expect(findingsOf(replayed, played)).toEqual(findingsOf(served, { ...played, base }));
	const codes = served.findings.map(({ code }) => code);
	for (const code of ['run-failed', 'tag-same', 'tag-signed', 'build-file-unpinned-action', 'log-root-newer'] as const)
		expect(codes).toContain(code);
	expect(codes).toContain('file-not-in-source');
	expect(served.looks?.flatMap(({ failure }) => failure ?? [])).toEqual([]);
});

test('what cannot be asked is recorded as it was answered', async () => {
	await looking.serve();
	looking.outside.records.clear();
	const { base } = looking.outside;
	looking.outside.records.set('/api/v1/log', { status: 502, text: '<html>octocat</html>' });
	vi.spyOn(console, 'log').mockImplementation(() => undefined);
	const options = looking.argv('').slice(1);
	await record(['minted@1.0.0', '--github'], {
		folder,
		options: options.filter(
			(word, at) => !['--github', '--rekor'].some((one) => [word, options[at - 1]].includes(one)),
		),
		around: { env: {}, cwd: folder, home: folder },
		origins: { api: base, files: base, log: base },
	});
	vi.restoreAllMocks();
	const records = JSON.parse(readFileSync(join(folder, 'minted@1.0.0.looks.json'), 'utf8'));
	expect(records['/api/v1/log']).toEqual({ status: 502, text: '' });
	expect(records['/repos/stamp-test/minted']).toEqual({ status: 404, json: {} });
});

test.each([[['--github']], [['--github', 'minted']], [['minted@1.0.0', 'other@1.0.0']]])(
	'%j names no release, and records nothing',
	async (argv) => {
		await expect(record(argv, { folder })).rejects.toThrow('name one release by its exact version');
	},
);
