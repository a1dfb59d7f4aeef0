/**
 * Tests that no request of ours tells who asks (every header of a whole walk, in a browser that has cookies and validators to send), and
 * that none can go elsewhere.
 */
import { expect, test } from 'vitest';
import { REGISTRY, SIGSTORE_TUF } from '../../lib/npm/hosts.ts';
import { pageAddress } from '../../lib/npm/site.ts';
import { packageOf } from '../support/recordings.ts';
import type { LoggedRequest } from '../support/server.ts';
import { inEachBrowser } from './harness.ts';
import { says } from './page-actions.ts';

const RELEASE = 'sigstore@2.3.1';
const OURS = [REGISTRY, SIGSTORE_TUF].map((origin) => new URL(origin).host);

/**
 * The headers that a request may have, each with all that it may say. What is not in here is a failure: it may be new, and then has
 * to be looked at.
 */
const ALLOWED: Record<string, RegExp> = {
	host: new RegExp(`^(${OURS.join('|')})(:443)?$`),
	connection: /^(keep-alive|close)$/,
	accept: /^(application\/(json|vnd\.npm\.install-v1\+json)|\*\/\*)$/,
	'accept-encoding': /^gzip, deflate, br(, zstd)?$/,
	'accept-language': /^\*$/,
	'content-type': /^application\/json$/,
	'content-length': /^\d{1,3}$/,
	// Firefox would name the extension by a number of the profile. Chromium names it by the id that it has for every reader.
	origin: /^(null|chrome-extension:\/\/[a-p]{32})$/,
	// What every request of this browser's version says, on every machine with this system.
	'user-agent':
		/^Mozilla\/5\.0 \([\w .;:]+\) (AppleWebKit\/537\.36 \(KHTML, like Gecko\) (Headless)?Chrome\/\d+\.0\.0\.0 Safari\/537\.36|Gecko\/20100101 Firefox\/\d+\.0)$/,
	'sec-ch-ua': /^("[^"]{1,30}";v="\d{1,3}"(, )?){1,4}$/,
	'sec-ch-ua-mobile': /^\?[01]$/,
	'sec-ch-ua-platform': /^"[\w ]{1,20}"$/,
	'sec-fetch-dest': /^empty$/,
	'sec-fetch-mode': /^(cors|same-origin)$/,
	'sec-fetch-site': /^(none|cross-site|same-origin)$/,
	'sec-fetch-storage-access': /^(none|active)$/,
	'sec-gpc': /^1$/,
	dnt: /^1$/,
	priority: /^u=\d(, i)?$/,
	te: /^trailers$/,
	// `no-store`.
	pragma: /^no-cache$/,
	'cache-control': /^no-cache$/,
};

/** What a request says that it should not, as `header: value`. */
function strayHeaders({ method, path, headers }: LoggedRequest): string[] {
	return Object.entries(headers)
		.filter(([name, value]) => !ALLOWED[name]?.test(String(value)))
		.map(([name, value]) => `${method} ${path} ${name}: ${value}`);
}

inEachBrowser((stage) => {
	const ours = () => stage.server.requests.filter(({ host }) => OURS.includes(host));

	test('panel, marks, popup, suggestions, report, file and refresh', async () => {
		const { server, browser, tab } = stage;
		const releases = [stage.release('sigstore@1.0.0'), stage.release(RELEASE)];
		server.serve(packageOf(releases), packageOf([stage.release('nuxt@3.13.0')]));
		await stage.set({ suggestions: true });

		// The reader has been to both hosts before, and each gave them a cookie.
		const cookie = { 'set-cookie': 'reader=1; Secure; SameSite=None; Path=/; Max-Age=9999', etag: '"reader"' };
		server.override(({ host }) => OURS.includes(host), { headers: { ...cookie, 'cache-control': 'max-age=300' } });
		server.override(({ path }) => path === '/favicon.ico', { status: 204, body: '' });
		for (const origin of [REGISTRY, SIGSTORE_TUF]) {
			await tab.open(`${new URL(origin).origin}/sigstore`);
			await tab.open(`${new URL(origin).origin}/sigstore`);
		}
		expect(ours().filter(({ headers }) => headers.cookie === 'reader=1').length).toBeGreaterThan(1);
		server.requests.length = 0;

		await tab.toFront();
		await tab.open(`${pageAddress('sigstore', '2.3.1')}?activeTab=versions`);
		await tab.settledPanel(RELEASE);
		await tab.waitFor(
			() =>
				[...document.querySelectorAll('[data-stamp-of-origin-mark]')].filter(
					(host) => host.shadowRoot?.querySelector('button')?.dataset.look === 'not-compared',
				).length > 1,
			[],
			// Marks come after the panel, one by one, and the machine may be busy.
			45_000,
		);
		const popup = await browser.openExtensionPage('popup.html');
		await popup.type('#package', 'nuxt');
		await says(popup, 'One name found');
		await popup.press('Enter');
		await says(popup, 'nuxt 3.13.0');
		await popup.close();
		const report = await browser.openExtensionPage(`report.html#${RELEASE}`);
		await report.waitFor(() => document.querySelector('[data-file-check="offered"] button') !== null, []);
		await report.evaluate(() => document.querySelector<HTMLElement>('[data-file-check] button')?.click());
		await report.waitFor(() => document.querySelector('[data-file-check="done"]') !== null, []);
		await report.close();
		const options = await browser.openExtensionPage('options.html');
		await options.waitFor(() => document.querySelector('[data-part="trust-root"] button') !== null, []);
		await options.evaluate(() => document.querySelector<HTMLElement>('[data-part="trust-root"] button')?.click());
		await expect.poll(() => ours().some(({ host }) => SIGSTORE_TUF.includes(host))).toBe(true);
		await options.close();

		expect(new Set(ours().map(({ kind }) => kind))).toEqual(
			new Set(['manifest', 'attestations', 'packument', 'advisories', 'search', 'tarball', undefined]),
		);
		expect(ours().flatMap(strayHeaders)).toEqual([]);
		// Firefox's number of the profile stands nowhere else either, nor Chromium's id of the extension but in that one header.
		const host = await stage.control.evaluate(() => location.host);
		for (const { path, headers } of ours()) {
			const { origin, ...others } = headers;
			expect(JSON.stringify([path, stage.name === 'firefox' ? headers : others])).not.toContain(host);
		}
	});

	test("the extension's own policy lets neither pages nor background ask another host, nor load code or pictures from there", async () => {
		const address = 'https://elsewhere.example/';
		expect(await stage.browser.fetchInBackground(address)).toBe('refused');
		// What it may ask, it can ask.
		stage.server.override('keys', {});
		expect(await stage.browser.fetchInBackground(`${REGISTRY}/-/npm/v1/keys`)).toBe('answered');
		for (const path of ['popup.html', 'options.html', 'report.html']) {
			const page = await stage.browser.openExtensionPage(path);
			const refused = await page.evaluate(tryElsewhere, address);
			expect(refused).toEqual(expect.arrayContaining(['connect-src', 'img-src', 'script-src-elem', 'style-src-elem']));
			await page.close();
		}
		expect(stage.server.unrecorded).toEqual([]);
	});
});

/** Runs in a page of the extension: tries each way to another host. @returns which kinds the policy refused; a request would be seen. */
async function tryElsewhere(address: string): Promise<string[]> {
	const refused = new Set<string>();
	document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => refused.add(effectiveDirective));
	const put = (name: string, attributes: Record<string, string>) => {
		const element = document.createElement(name);
		for (const [attribute, value] of Object.entries(attributes)) element.setAttribute(attribute, value);
		document.body.append(element);
	};
	await fetch(address, { mode: 'no-cors' }).catch(() => undefined);
	navigator.sendBeacon(address);
	put('img', { src: `${address}picture.png` });
	put('script', { src: `${address}code.js` });
	put('link', { rel: 'stylesheet', href: `${address}style.css` });
	put('iframe', { src: address });
	await new Promise((resolve) => setTimeout(resolve, 300));
	return [...refused];
}
