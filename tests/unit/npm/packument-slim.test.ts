/** Tests of lists of releases that are kept without what is never read: they read to the same, and to the same failures. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { parsePackument } from '../../../lib/npm/packument.ts';
import { slimPackument } from '../../../lib/npm/packument-slim.ts';
import { packumentJson } from '../../fixtures/packuments.ts';

const folder = fileURLToPath(new URL('../../../../shared/data/packuments', import.meta.url));
const recorded = existsSync(folder) ? readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8')) : [];

const odd = (manifest: Record<string, unknown>) =>
	JSON.stringify(
		packumentJson([
			{ version: '1.0.0', at: '2026-01-01', provenance: true },
			{ version: '1.0.1', at: '2026-02-01', manifest: { readme: 'x'.repeat(5_000), ...manifest } },
		]),
	);

const TEXTS = [
	...recorded,
	odd({}),
	odd({ deprecated: '', scripts: { test: 'x', postinstall: 'node a.js' }, repository: { type: 'git', url: 'git+x' } }),
	odd({ dependencies: { a: '^1.0.0', b: 'github:o/r' }, optionalDependencies: { b: '^2.0.0' } }),
	odd({ dependencies: { b: 'https://example.org/b.tgz' }, peerDependencies: [], dist: null }),
	odd({ gypfile: true, scripts: { test: 'x' } }),
	odd({ _npmUser: 'somebody', scripts: 7, dist: [], gitHead: {} }),
	'{"name":"a","versions":{"__proto__":{"version":"1.0.0"},"1.0.0":{"version":"1.0.0"}},"time":{"1.0.0":"2026-01-01"}}',
	'{"name":"a","versions":{"1.0.0":null,"1.0.1":[1]}}',
	'{"name":"a","time":{"unpublished":{}}}',
	odd({
		dependencies: { a: 'github:o\\r', b: 'a\\/b' },
		optionalDependencies: { b: 1 },
		peerDependencies: { '@a/b': '1' },
	}),
	// Names that are written otherwise, twice, or with blanks.
	odd({ dist: { integrity: 'sha512-AA==', attestations: { provenance: { predicateType: 'x' } } } }).replace(
		'"dist"',
		'"di\\u0073t"',
	),
	' { "name" : "a" , "versions" : { "1.0.0" : { "version" : "1.0.0" , "version" : "1.0.0" , "readme" : [ ] , "gitHead" : "x" } } , "time":{ } } ',
	'{"name":"a","versions":{"1.0.0":{"version":"1.0.0"}},"versions":{"1.0.1":{"version":"1.0.1"}},"time":{}}',
	'{"name":"a","versions":{"1.0.0":{"version":"1.0.0","scripts":{"install":"a","test":"}"},"readme":"\\\\"}},"time":[]}',
	'{"name":"a","versions":[],"time":{}}',
	'{"name":"a","versions":{"1.0.0":{"version":"1.0.0",}},"time":{}}',
	'{"name":"a","versions":{"1.0.0":{"version":"1.0.0"}},"time":{}} x',
	'{"name":"a","versions":{"1.0.0":{"version":"1.0.0","readme":"',
	'{"name":"a","versions":{"1.0.0":{"version":"1.0.0","readme"}}}',
	'{"name":"a","versions":{"1.0.0":{"version":}}}',
	`{"name":"a","versions":{"1.0.0":{"version":"1.0.0","readme":${'['.repeat(300)}${']'.repeat(300)}}},"time":{}}`,
	`{"name":"a","versions":{"1.0.0":{"version":"1.0.0","files":[${'1,'.repeat(200_000)}1]}},"time":{}}`,
	// Too much for one release, or for one list, only when all of it is counted together.
	`{"name":"a","versions":{"1.0.0":{"version":"1.0.0"${Array.from({ length: 12 }, (_, at) => `,"x${at}":[${'1,'.repeat(9_000)}1]`).join('')}},"1.0.1":{"version":"1.0.1"}},"time":{}}`,
	`{"name":"a","versions":{"1.0.0":{"version":"1.0.0"${',"x":1'.repeat(100_001)}}},"time":{}}`,
	`{"name":"a","versions":{"1.0.0":{"version":"1.0.0","scripts":{"x":1${',"x":1'.repeat(100_001)}}}},"time":{}}`,
	`{"name":"a","versions":{"1.0.0":{"version":"1.0.0"}},"time":{}${',"x":1'.repeat(200_001)}}`,
	`{"name":"a","versions":{"1.0.0":{"version":"1.0.0"}},"time":{}${`,"x":[${'[],'.repeat(4_900)}1]`.repeat(520)}}`,
	// Lists of sources that are there twice, and once by another name.
	'{"name":"a","versions":{"1.0.0":{"version":"1.0.0","dep\\u0065ndencies":{},"dependencies":{"b":"github:o/r"}}},"time":{}}',
	'{"name":"a","versions":{"1.0.0":{"version":"1.0.0","dependencies":{"b":"github:o/r"},"dep\\u0065ndencies":{}}},"time":{}}',
	'{"name":"a","versions":{"1.0.0":{"version":"1.0.0","dependencies":{"b":"github:o/r"},"x":1,"dependencies":{},"gitHead":"x"}},"time":{}}',
	'{"name":"a","versions":{"1.0.0":{"dependencies":{"b":"1"},"version":"1.0.0"},"1.0.1":{"peerDependencies":{},"dependencies":{"b":"1"}}},"time":{}}',
	'{"versions":{}}',
	'[]',
	'{',
	'',
];

test.each(TEXTS.map((text) => [text.slice(0, 60), text]))('%s', async (_start, text) => {
	const whole = await parsePackument(new Blob([text]));
	const slim = await slimPackument(new Blob([text]));
	expect(slim.ok ? await parsePackument(slim.value) : slim).toEqual(whole);
});

test('what is broken only where it is never read is not looked into', async () => {
	const slim = await slimPackument(
		new Blob(['{"name":"a","versions":{"1.0.0":{"version":"1.0.0","readme":nul}},"time":{}}']),
	);
	expect(slim.ok && (await parsePackument(slim.value))).toMatchObject({
		ok: true,
		value: { undated: [{ version: '1.0.0' }] },
	});
});

test('what is never read is left out', async () => {
	const slim = await slimPackument(new Blob([odd({})]));
	expect(slim.ok && slim.value.size).toBeLessThan(2_000);
});
