/** Owns the building of the baseline extension, which the panel is measured beside: what any extension takes that verifies at all. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';
import { NPM_SITE, REGISTRY } from '../../../lib/npm/hosts.ts';
import { nodeStandIns } from '../../../lib/sigstore/webcrypto/node-shims.ts';
import { type BuildOptions, trustOnly } from '../../../scripts/build.ts';
import type { BrowserName } from '../../support/browser.ts';
import { root } from '../sides.ts';

/** @param folder for it. @param authority whom it trusts. @returns the folder. */
export async function buildBaseline(
	folder: string,
	browser: BrowserName,
	authority: NonNullable<BuildOptions['authority']>,
): Promise<string> {
	mkdirSync(folder, { recursive: true });
	for (const script of ['background', 'content'])
		await build({
			root,
			configFile: false,
			logLevel: 'warn',
			publicDir: false,
			resolve: { alias: nodeStandIns },
			plugins: [trustOnly(authority)],
			build: {
				outDir: folder,
				emptyOutDir: false,
				target: 'es2024',
				lib: { entry: join(root, `tests/bench/baseline/${script}.ts`), formats: ['iife'], name: script },
				rolldownOptions: { output: { entryFileNames: `${script}.js` } },
			},
		});
	writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifestFor(browser), null, '\t'));
	return folder;
}

function manifestFor(browser: BrowserName): object {
	const id = '{7d5f2c0e-90b1-4b0e-8a57-3c1d2f4e6a80}';
	return {
		manifest_version: 3,
		name: 'Baseline',
		version: '1',
		host_permissions: [`${REGISTRY}/*`],
		background: browser === 'chromium' ? { service_worker: 'background.js' } : { scripts: ['background.js'] },
		content_scripts: [{ matches: [`${NPM_SITE}/*`], js: ['content.js'], run_at: 'document_start' }],
		...(browser === 'firefox' && { browser_specific_settings: { gecko: { id } } }),
	};
}
