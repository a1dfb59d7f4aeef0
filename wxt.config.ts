/** Owns the build: two Manifest V3 extensions, Chromium's and Firefox's, from one source. */
import { defineConfig } from 'wxt';
import { REGISTRY } from './lib/release.ts';
import { nodeStandIns } from './lib/sigstore/stand-ins.ts';

export default defineConfig({
	modules: ['@wxt-dev/webextension-polyfill', '@wxt-dev/module-svelte'],
	imports: false,
	manifestVersion: 3,
	targetBrowsers: ['chrome', 'firefox'],
	manifest: ({ browser }) => ({
		name: 'Stamp of Origin',
		description: "Reads npm's provenance badge: what it proves about a release, and what it does not.",
		permissions: ['activeTab'],
		host_permissions: [`${REGISTRY}/*`],
		...(browser === 'firefox' && {
			browser_specific_settings: {
				gecko: {
					id: 'stamp-of-origin@stamp-of-origin.example',
					strict_min_version: '140.0',
					data_collection_permissions: { required: ['none'] },
				},
			},
		}),
		...(browser === 'chrome' && { minimum_chrome_version: '137' }),
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
