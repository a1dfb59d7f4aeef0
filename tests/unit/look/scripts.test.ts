/** Tests of the look at scripts: the file's own beside what the registry lists, and which files of the package they start. */
import { describe, expect, test } from 'vitest';
import type { Unpacking } from '../../../lib/look/files.ts';
import { readPackage } from '../../../lib/look/package.ts';
import { lookAtScripts, scriptsOf } from '../../../lib/look/scripts.ts';
import { filesStarted } from '../../../lib/look/started-files.ts';
import { type Finding, makeFinding } from '../../../lib/report/findings.ts';
import { isOfLook } from '../../../lib/report/look-findings.ts';
import { find, useLooks } from '../../fixtures/looking.ts';
import { packTarball } from '../../support/tarball.ts';

const packageOf = async (files: Record<string, string>) => {
	const read = await readPackage(new Uint8Array(packTarball(files)));
	if (!read.ok) throw new Error(read.failure.detail);
	return read.value;
};
const scripts = (all: Record<string, string>, more = {}) => JSON.stringify({ scripts: all, ...more });

describe('beside what the registry lists', () => {
	const lookAt = async (packageJson: string, found: Finding[]) => {
		const unpacking: Unpacking = {
			read: async () => ({ ok: true, value: await packageOf({ 'package.json': packageJson }) }),
		};
		return (await lookAtScripts(unpacking, found)).findings;
	};
	const listed = { name: 'postinstall', command: 'x', since: '1.0.0', at: '2026-01-01T00:00:00.000Z' };

	test('the file has one more, though none is listed', async () => {
		const found = await lookAt(scripts({ postinstall: 'evil' }), [makeFinding('runs-nothing-on-install')]);
		expect(found.map(({ code }) => code)).toEqual(['runs-unlike-registry', 'runs-on-install']);
		expect(found[0]?.data).toEqual({ registry: 'none', file: 'postinstall: evil' });
	});

	test('the file has another command, or none', async () => {
		const found = await lookAt(scripts({ postinstall: 'y' }), [makeFinding('runs-on-install', listed)]);
		expect(found.map(({ detail }) => detail)).toEqual([
			'registry: postinstall: x; file: postinstall: y',
			'postinstall: y',
		]);
		const none = await lookAt('{}', [makeFinding('runs-on-install', listed)]);
		expect(none.map(({ code }) => code)).toEqual(['runs-unlike-registry', 'runs-nothing-in-file']);
	});

	test('the same stays as it is, with since when; of a long one only the file is believed', async () => {
		const same = makeFinding('runs-on-install', listed);
		expect(await lookAt(scripts({ postinstall: 'x' }), [same])).toEqual([same]);
		const long = 'x'.repeat(400);
		const cut = makeFinding('runs-on-install', { ...listed, command: long, length: 400 });
		const [found, ...others] = await lookAt(scripts({ postinstall: long }), [cut]);
		expect([found?.data, others]).toEqual([{ name: 'postinstall', command: long.slice(0, 300), length: 400 }, []]);
	});

	test('an empty script runs nothing', async () => {
		const found = await lookAt(scripts({ postinstall: '' }), [makeFinding('runs-nothing-on-install')]);
		expect(found.map(({ code }) => code)).toEqual(['runs-nothing-in-file']);
	});

	test('all of it is of the look', () => {
		const codes = ['runs-on-install', 'runs-nothing-on-install', 'runs-nothing-in-file', 'runs-unlike-registry'];
		expect(codes.every((code) => isOfLook({ code }, 'scripts'))).toBe(true);
	});

	const looking = useLooks();
	test('the Report has the file’s own only', async () => {
		await looking.serve({
			packageJson: { scripts: { postinstall: 'node evil.js' } },
			manifest: { scripts: {} },
		});
		const report = await looking.lookedAt('scripts');
		const codes = report.findings.map(({ code }) => code).filter((code) => code.startsWith('runs-'));
		expect(codes).toEqual(['runs-unlike-registry', 'runs-on-install']);
		expect(find(report, 'runs-on-install')).toMatchObject({ data: { command: 'node evil.js' } });
	});
});

test('a path that leaves the package is none of its files', async () => {
	const found = await packageOf({
		'package.json': scripts({ install: 'node ../../x.js && node /x.js && node a/../x.js' }),
		'x.js': '',
	});
	const { findings } = await lookAtScripts({ read: async () => ({ ok: true, value: found }) }, []);
	expect(
		findings.slice(1).map(({ data }) => data && 'path' in data && 'inSource' in data && [data.path, data.inSource]),
	).toEqual([
		['../../x.js', 'absent'],
		['/x.js', 'absent'],
		['x.js', 'not-looked-at'],
	]);
});

test('scripts that start each other many times are each followed once, a hundred at most', () => {
	const many = (name: string) => Array(40).fill(`npm run ${name}`).join(';');
	const tower = { a: many('b'), b: many('c'), c: many('d'), d: 'node x.js' };
	const started = (all: Record<string, string>) =>
		filesStarted('npm run a', { all: new Map(Object.entries(all)), main: 'main.js' });
	expect(started(tower)).toEqual(['x.js']);
	const wide = Array.from({ length: 300 }, (_, at) => [`s${at}`, `node ${at}.js`] as const);
	const all = { a: wide.map(([name]) => `npm run ${name}`).join(';'), ...Object.fromEntries(wide) };
	expect(started(all)).toHaveLength(99);
});

test('npm builds nothing by itself where package.json says gypfile: false', async () => {
	const own = async (more: object, all = {}) =>
		scriptsOf(await packageOf({ 'package.json': scripts(all, more), 'binding.gyp': '{}' })).onInstall;
	expect(await own({ gypfile: false })).toEqual([]);
	expect(await own({ gypfile: true })).toEqual([['install', 'node-gyp rebuild']]);
	expect(await own({}, { preinstall: '' })).toEqual([['install', 'node-gyp rebuild']]);
});
