/** Owns the build: two Manifest V3 extensions, Chromium's and Firefox's, from one source. */
import { resolve } from 'node:path';
import { defineConfig } from 'wxt';
import { GITHUB_API, GITHUB_RAW, REGISTRY, REKOR, SIGSTORE_TUF } from './lib/npm/hosts.ts';
import { nodeStandIns } from './lib/sigstore/webcrypto/node-shims.ts';

/** A test build differs from the shipped one by one more script and its folder, and by nothing else; a law compares them. */
const door = process.env.STAMP_OF_ORIGIN_DOOR;

/**
 * What pages and background of the extension may load and ask. The components' styles come as text with their code, hence the inline styles.
 * @see https://developer.mozilla.org/en-US/docs/Mozilla/Add-ons/WebExtensions/Content_Security_Policy
 */
const CONTENT_SECURITY_POLICY = [
	"default-src 'none'",
	"script-src 'self'",
	"style-src 'unsafe-inline'",
	`connect-src ${REGISTRY} ${SIGSTORE_TUF} ${GITHUB_API} ${GITHUB_RAW} ${REKOR}`,
	"base-uri 'none'",
	"form-action 'none'",
	"frame-ancestors 'none'",
].join('; ');

/**
 * The script on npm's page and the background need no polyfill: it would be a quarter of what each of npm's pages compiles, and took 2.7 of
 * the 9 milliseconds of a background's script. Our pages have it. See docs/decisions/0156-no-polyfill-where-time-counts.md.
 */
const browserItself = {
	name: 'browser-itself',
	enforce: 'pre' as const,
	resolveId: (id: string) =>
		id === '@wxt-dev/webextension-polyfill/browser' ? resolve('node_modules/wxt/dist/browser.mjs') : null,
};

export default defineConfig({
	...(door && { outDirTemplate: '{{browser}}-mv{{manifestVersion}}-door' }),
	hooks: {
		'entrypoints:found': (_wxt, infos) => {
			if (door) infos.push({ name: 'door', type: 'unlisted-script', inputPath: resolve(door) });
		},
		'vite:build:extendConfig': (entrypoints, config) => {
			const isWithoutPolyfill = ({ type }: { type: string }) => type === 'content-script' || type === 'background';
			if (entrypoints.every(isWithoutPolyfill)) config.plugins?.push(browserItself);
		},
	},
	modules: ['@wxt-dev/webextension-polyfill', '@wxt-dev/module-svelte'],
	imports: false,
	manifestVersion: 3,
	targetBrowsers: ['chrome', 'firefox'],
	manifest: ({ browser }) => ({
		name: 'Stamp of Origin',
		description: "Reads npm's provenance badge: what it proves about a release, and what it does not.",
		// The last so that what the reader keeps is not dropped by the browser when disks are full; nobody is asked for it.
		permissions: [
			'activeTab',
			'alarms',
			'storage',
			'unlimitedStorage',
			// Firefox takes it as a required one only, and asks nobody. See docs/decisions/0123-context-menu-by-a-switch.md.
			...(browser === 'firefox' ? ['contextMenus'] : []),
		],
		...(browser === 'chrome' && { optional_permissions: ['contextMenus'] }),
		host_permissions: [`${REGISTRY}/*`, `${SIGSTORE_TUF}/*`],
		// Asked for one by one on the report page, when a reader asks for a look.
		optional_host_permissions: [`${GITHUB_API}/*`, `${GITHUB_RAW}/*`, `${REKOR}/*`],
		commands: { _execute_action: { suggested_key: { default: 'Alt+Shift+O' } } },
		omnibox: { keyword: 'origin' },
		content_security_policy: { extension_pages: CONTENT_SECURITY_POLICY },
		...(browser === 'firefox' && {
			browser_specific_settings: {
				gecko: {
					// Never another one: what readers have set is kept under it.
					id: '{4347ce64-f79f-4a82-896f-b4b533fc9437}',
					strict_min_version: '140.0',
					// Names of packages on the pages that are viewed, and letters that are typed (once allowed), go to npm's registry.
					data_collection_permissions: { required: ['browsingActivity', 'searchTerms'] },
				},
			},
		}),
		...(browser === 'chrome' && {
			minimum_chrome_version: '137',
			// A background of its own for private windows, whose databases end with them; Firefox has no such thing.
			incognito: 'split',
			// What an organisation may set. Firefox has no schema; lib/browser/settings.ts parses it in both.
			storage: { managed_schema: 'managed.schema.json' },
		}),
	}),
	// Styles travel inside the components: a shadow root on npm's page cannot see a style sheet of the page.
	svelte: { vite: { emitCss: false, compilerOptions: { runes: true, css: 'injected' } } },
	vite: () => ({
		resolve: { alias: nodeStandIns },
		build: {
			target: 'es2024',
			// semver does not say that importing it does nothing by itself; without this the content script carries all of it.
			rolldownOptions: { treeshake: { moduleSideEffects: [{ test: /node_modules\/semver\//, sideEffects: false }] } },
		},
	}),
});
