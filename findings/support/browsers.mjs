/** Owns how a browser of Debian is run with an extension that exists only for one run, and how that says what it saw. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

// The pinned one of the temp folder, not the one of this project.
const PUPPETEER = join(process.env.WORK, 'node_modules/puppeteer-core/lib/puppeteer/puppeteer-core.js');
const { default: puppeteer } = await import(pathToFileURL(PUPPETEER).href);

const ID = 'finding@example.org';
const HOST = '5a7b3d1c-0f0e-4d2c-9b8a-7f6e5d4c3b2a';

/** What stands before each script of the extension; several content scripts share one scope, hence `var`. */
const PRELUDE = `
var api = globalThis.browser ?? globalThis.chrome;
var sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
var send = (path, value) => fetch(SERVER + path, { method: 'POST', body: JSON.stringify(value) });
`;

/**
 * Runs a browser with an extension until the extension sends its result to the path /result.
 * @param name 'chromium' or 'firefox'.
 * @param extension `files`: scripts by name, background.js among them; `manifest(server)`: what is laid over the usual one.
 * @param options `answer(request, response, body)`: what the server says, true where it answered; `drive(browser, server)`:
 *   what happens in the browser meanwhile; `preferences`: of Firefox; `seconds`: how long to wait for the result.
 * @returns The result.
 */
export async function runBrowser(name, { files, manifest = () => ({}) }, options = {}) {
	const { answer = () => false, drive = async () => {}, preferences = {}, seconds = 25 } = options;
	let finish;
	const result = new Promise((resolve, reject) => {
		finish = resolve;
		setTimeout(() => reject(new Error(`${name}: no result within ${seconds} s`)), seconds * 1000).unref();
	});
	const server = createServer(async (request, response) => {
		let body = '';
		for await (const chunk of request) body += chunk;
		response.setHeader('access-control-allow-origin', '*');
		if (request.url === '/result') finish(JSON.parse(body));
		else if (answer(request, response, body)) return;
		response.setHeader('content-type', 'text/html');
		response.end('<!doctype html><title>page</title>');
	});
	await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
	const address = `http://127.0.0.1:${server.address().port}`;

	const folder = mkdtempSync(join(process.env.WORK, `${name}-`));
	mkdirSync(folder, { recursive: true });
	const whole = {
		manifest_version: 3,
		name: 'finding',
		version: '1.0',
		permissions: ['storage', 'scripting', 'tabs'],
		host_permissions: ['http://127.0.0.1/*'],
		...(name === 'chromium'
			? { background: { service_worker: 'background.js' } }
			: {
					background: { scripts: ['background.js'] },
					browser_specific_settings: { gecko: { id: ID, data_collection_permissions: { required: ['none'] } } },
				}),
		...manifest(address),
	};
	writeFileSync(join(folder, 'manifest.json'), JSON.stringify(whole));
	for (const [file, text] of Object.entries(files))
		writeFileSync(join(folder, file), `var SERVER = ${JSON.stringify(address)};${PRELUDE}${text}`);

	const browser = await puppeteer.launch(
		name === 'chromium'
			? {
					executablePath: process.env.CHROMIUM_PATH,
					pipe: true,
					enableExtensions: true,
					args: [
						'--no-sandbox',
						'--disable-gpu',
						'--no-first-run',
						'--disable-background-networking',
						'--disable-sync',
					],
				}
			: {
					browser: 'firefox',
					executablePath: process.env.FIREFOX_PATH,
					args: ['--remote-allow-system-access'],
					extraPrefsFirefox: { ...preferences, 'extensions.webextensions.uuids': JSON.stringify({ [ID]: HOST }) },
				},
	);
	try {
		await browser.installExtension(folder);
		const [value] = await Promise.all([result, drive(browser, address)]);
		return value;
	} finally {
		await browser.close();
		server.closeAllConnections();
		server.close();
	}
}
