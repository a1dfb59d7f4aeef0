/** Conformance in Node: all 70 cases of sigstore-conformance come out right, and what must fail fails for its own reason. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { checkBundle } from '../../cli/verify-bundle.ts';
import { REASONS } from '../fixtures/conformance.ts';

const folder = fileURLToPath(new URL('../../../shared/data/conformance/', import.meta.url));
const hasData = existsSync(folder);
if (!hasData) console.warn('SKIPPED: conformance, since ../shared/data is absent');

const IDENTITY =
	'https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon/.github/workflows/extremely-dangerous-oidc-beacon.yml@refs/heads/main';
const ISSUER = 'https://token.actions.githubusercontent.com';

describe.skipIf(!hasData)('sigstore-conformance', () => {
	const cases = hasData ? readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory()) : [];

	test('seventy cases, and a reason for each that must fail', () => {
		expect(cases).toHaveLength(70);
		const mustFail = cases.map(({ name }) => name).filter((name) => name.endsWith('_fail'));
		expect(mustFail.sort()).toEqual(Object.keys(REASONS).sort());
	});

	test.each(cases.map(({ name }) => name))('%s', async (name) => {
		const file = (of: string) => join(folder, name, of);
		const optional = (of: string) => (existsSync(file(of)) ? readFileSync(file(of), 'utf8') : undefined);
		const key = optional('key.pub');
		const trustedRoot = optional('trusted_root.json');
		const answer = await checkBundle({
			bundle: readFileSync(file('bundle.sigstore.json'), 'utf8'),
			artifact: readFileSync(existsSync(file('artifact')) ? file('artifact') : join(folder, 'a.txt')),
			signer: key
				? { key }
				: { identity: optional('identity')?.trim() ?? IDENTITY, issuer: optional('issuer')?.trim() ?? ISSUER },
			...(trustedRoot && { trustedRoot }),
		});
		expect(answer.ok ? 'holds' : answer.failure.code).toBe(REASONS[name] ?? 'holds');
	});

	test('another identity, another issuer, another file: each alone is enough to fail', async () => {
		const bundle = readFileSync(join(folder, 'happy-path-v0.3/bundle.sigstore.json'), 'utf8');
		const artifact = readFileSync(join(folder, 'a.txt'));
		const signer = { identity: IDENTITY, issuer: ISSUER };
		const check = (change: object) => checkBundle({ bundle, artifact, signer, ...change }).then(({ ok }) => ok);
		expect(await check({})).toBe(true);
		// Substrings and patterns are no identities.
		expect(await check({ signer: { ...signer, identity: IDENTITY.slice(0, -1) } })).toBe(false);
		expect(await check({ signer: { ...signer, identity: '.*' } })).toBe(false);
		expect(await check({ signer: { ...signer, issuer: `${ISSUER}/` } })).toBe(false);
		expect(await check({ artifact: Buffer.from('b') })).toBe(false);
	});

	test('the command: 0 holds, 1 does not, 2 bad usage with one line', () => {
		const run = (...args: string[]) => {
			const fileOf = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
			const tool = ['--import', fileOf('scripts/hooks.ts'), fileOf('cli/verify-bundle.ts')];
			const { status, stderr } = spawnSync(process.execPath, [...tool, ...args], { encoding: 'utf8' });
			return { status, lines: stderr.trim().split('\n').length, stderr };
		};
		const artifact = join(folder, 'a.txt');
		const bundle = (name: string) => ['--bundle', join(folder, name, 'bundle.sigstore.json')];
		const identity = ['--certificate-identity', IDENTITY, '--certificate-oidc-issuer', ISSUER];
		expect(run(...bundle('happy-path-v0.3'), ...identity, artifact).status).toBe(0);
		expect(run(...bundle('signature-mismatch_fail'), ...identity, artifact).status).toBe(1);
		// Bundle and key as programs on Windows write them, under paths as they write these.
		const byKey = join(folder, 'managed-key-happy-path');
		const written = mkdtempSync(join(tmpdir(), 'bundle-'));
		for (const file of ['bundle.sigstore.json', 'key.pub']) {
			const text = readFileSync(join(byKey, file), 'utf8').replace(/\r?\n/g, '\r\n');
			writeFileSync(join(written, file), Buffer.from(`\ufeff${text}`, 'utf16le'));
		}
		const path = (file: string) => join(written, file).replaceAll('/', '\\');
		expect(run('--bundle', path('bundle.sigstore.json'), '--key', path('key.pub'), artifact)).toMatchObject({
			status: 0,
			stderr: '',
		});
		rmSync(written, { recursive: true });
		for (const usage of [
			[],
			[...bundle('happy-path-v0.3'), artifact],
			[...bundle('happy-path-v0.3'), ...identity, 'no-such-file'],
			[...bundle('happy-path-v0.3'), ...identity, '--trusted-root', artifact, artifact],
			[...bundle('managed-key-happy-path'), '--key', artifact, artifact],
		])
			expect(run(...usage)).toMatchObject({ status: 2, lines: 1 });
		expect(run(...bundle('happy-path-v0.3'), ...identity, `sha256:${'0'.repeat(64)}`).stderr).toContain('unsupported');
	});
});
