/** Owns: the hashes of one file are the same text, whichever tool wrote them. */
import { expect, test } from 'vitest';
import { hashOfAddress, readIntegrity } from '../../../../lib/audit/lockfile/hashes.ts';

const HEX = '65101baf3727d728b66fa62f50cda7f2d3989601';
const SHA1 = `sha1-${Buffer.from(HEX, 'hex').toString('base64')}`;
const of = (algorithm: string, bytes: number) => `${algorithm}-${Buffer.alloc(bytes, 7).toString('base64')}`;
const tarball = (integrity: string) => ({ of: 'tarball', integrity });
const SHA384 = of('sha384', 48);
const SHA512 = of('sha512', 64);

test.each([
	['one hash', SHA512, SHA512],
	['several, in their order', `${SHA1} ${SHA384}  ${SHA512}`, `${SHA1} ${SHA384} ${SHA512}`],
	["Deno's bare hex", HEX, SHA1],
	["Bun's padding of a SHA-384", `${SHA384}==`, SHA384],
	['a padding that is missing', SHA512.replaceAll('=', ''), SHA512],
	['an option', `${SHA512}?x`, SHA512],
	['one that is none beside one that is', `md5-abc ${SHA1}`, SHA1],
	['a digest of another length', 'sha512-abcd', 'sha512-abcd'],
])('%s', (_what, written, integrity) => expect(readIntegrity(written)).toEqual(tarball(integrity)));

test.each([undefined, '', 'sha512', 'md5-abc', 'sha512-', 'x'.repeat(40)])('%s is no hash', (written) =>
	expect(readIntegrity(written)).toEqual({ of: 'nothing' }),
);

test('the hash behind an address is one only as the whole of it', () => {
	expect(hashOfAddress(`https://example.com/x.tgz?a=b#${HEX}`)).toEqual(tarball(SHA1));
	expect(hashOfAddress(`https://example.com/x.tgz#${HEX}a`)).toEqual({ of: 'nothing' });
	expect(hashOfAddress('https://example.com/x.tgz')).toEqual({ of: 'nothing' });
});
