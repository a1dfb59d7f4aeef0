/** Scenarios of conformance: every case of sigstore-conformance, inside the extension's own background, in both browsers. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildExtension } from '../../scripts/build.ts';
import { TOO_NEW } from '../fixtures/browser-features.ts';
import { REASONS } from '../fixtures/conformance.ts';
import type { ConformanceCase } from '../fixtures/door.ts';
import { BROWSER_NAMES, builtExtension, type RunningBrowser, startBrowser } from '../support/browser.ts';

const folder = fileURLToPath(new URL('../../../shared/data/conformance/', import.meta.url));
const hasData = existsSync(folder);
if (!hasData) console.warn('SKIPPED: conformance in browsers, since ../shared/data is absent');
const cases = hasData
	? readdirSync(folder, { withFileTypes: true })
			.filter((entry) => entry.isDirectory())
			.map(({ name }) => name)
	: [];

/** Whose workflow signs where a case names nobody. */
const IDENTITY =
	'https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon/.github/workflows/extremely-dangerous-oidc-beacon.yml@refs/heads/main';

/** A case as the door takes it; `undefined` where its bundle is not even JSON, which a registry's answer never gets past. */
function readCase(name: string): { question: ConformanceCase; identity: string } | undefined {
	const file = (of: string) => join(folder, name, of);
	const optional = (of: string) => (existsSync(file(of)) ? readFileSync(file(of), 'utf8') : undefined);
	const artifact = existsSync(file('artifact')) ? file('artifact') : join(folder, 'a.txt');
	const [trustedRoot, key] = [optional('trusted_root.json'), optional('key.pub')];
	let bundle: unknown;
	try {
		bundle = JSON.parse(readFileSync(file('bundle.sigstore.json'), 'utf8'));
	} catch {
		return undefined;
	}
	return {
		question: {
			bundle,
			artifact: readFileSync(artifact).toString('base64'),
			...(trustedRoot && { trustedRoot: JSON.parse(trustedRoot) }),
			...(key && { key }),
		},
		identity: key ? '' : (optional('identity')?.trim() ?? IDENTITY),
	};
}

describe.skipIf(!hasData).each(BROWSER_NAMES)('%s', (name) => {
	let browser: RunningBrowser;
	let extension: string;
	beforeAll(async () => {
		[extension = ''] = await buildExtension([name === 'chromium' ? 'chrome' : 'firefox'], {
			hasDoor: true,
			isSilent: true,
		});
		browser = await startBrowser(name, { extension });
	}, 90_000);
	afterAll(() => browser?.close());

	test('there are seventy cases', () => expect(cases).toHaveLength(70));

	test('the build with the door is the shipped one, byte for byte, and the door', () => {
		const digests = (of: string) =>
			Object.fromEntries(
				readdirSync(of, { recursive: true, withFileTypes: true })
					.filter((entry) => entry.isFile())
					.map((entry) => {
						const path = join(entry.parentPath, entry.name);
						return [path.slice(of.length), createHash('sha256').update(readFileSync(path)).digest('hex')];
					}),
			);
		const { '/door.js': door, ...rest } = digests(extension);
		expect(door).toBeDefined();
		expect(rest).toEqual(digests(builtExtension(name)));
	});

	test('what is shipped, libraries and all, uses nothing newer than its manifest asks for', () => {
		const folder = builtExtension(name);
		const files = readdirSync(folder, { recursive: true, withFileTypes: true })
			.filter((entry) => entry.isFile() && /\.(js|css|html)$/.test(entry.name))
			.map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'));
		expect(files.length).toBeGreaterThan(5);
		for (const { name: feature, pattern } of TOO_NEW)
			expect(files.filter((text) => pattern.test(text)).length, feature).toBe(0);
	});

	test('every case comes out right', async () => {
		const wrong: string[] = [];
		for (const one of cases) {
			const read = readCase(one);
			const answer = read ? await browser.callDoor('verify', read.question) : 'bundle-malformed';
			// The reason counts as much as the outcome, and is the same as in Node.
			const expected = REASONS[one] ?? `ok ${read?.identity}`.trim();
			if (answer !== expected) wrong.push(`${one}: ${answer}, expected ${expected}`);
		}
		expect(wrong).toEqual([]);
	}, 120_000);
});
