/** Laws of imports: the rules of `.dependency-cruiser.mjs` bite, and the content script does not carry what it does not need. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cruise, type IConfiguration, type ICruiseResult } from 'dependency-cruiser';
import { afterAll, beforeAll, expect, test } from 'vitest';

const { default: rules } = (await import(new URL('../../.dependency-cruiser.mjs', import.meta.url).href)) as {
	default: Required<Pick<IConfiguration, 'forbidden' | 'options'>>;
};

/** Path -> what stands in it. Every path that is imported must exist. */
const TREE: Record<string, string> = {
	'node_modules/idb/index.js': '',
	'node_modules/wxt/browser.js': '',
	'node_modules/svelte/index.js': '',
	'node_modules/svelte/internal/client.js': '',
	'node_modules/svelte/internal/disclose-version.js': '',
	'node_modules/svelte/internal/flags/legacy.js': '',
	'node_modules/valibot/index.js': '',
	'node_modules/@sigstore/verify/index.js': '',
	'tests/tools/server.ts': 'export const port = 1;',
	'lib/report.ts': 'export interface Report { schema: 1 }; export const success = 1;',
	'lib/wording.ts': "import { success } from './report.ts'; export const words = success;",
	'lib/settings.ts': "import 'wxt/browser.js'; import type { Words } from './wording.ts';",
	'lib/evidence.ts': "import 'idb';",
	'lib/inspect.ts': "import { words } from './wording.ts'; import './provenance.ts'; export const inspected = words;",
	'lib/provenance.ts': "import './sigstore/verify.ts'; import './policy.ts';",
	'lib/policy.ts': "import './history/identity-diff.ts';",
	'lib/history/identity-diff.ts': "import type { Report } from '../report.ts';",
	'lib/sigstore/verify.ts':
		"import '@sigstore/verify'; import '../report.ts'; import type { Named } from '../names.ts';",
	'components/Good.svelte':
		'<script lang="ts">import { words } from "../lib/wording.ts"; import type { A } from "../lib/inspect.ts";</script>{words}',
	'entrypoints/background.ts': "import '../lib/inspect.ts'; import 'wxt/browser.js';",
	'entrypoints/popup/main.ts': "import './page.ts'; import 'svelte'; import type { A } from '../../lib/inspect.ts';",
	'entrypoints/popup/page.ts': '',
	// From here on, each breaks a rule.
	'lib/history/one.ts': "import './two.ts';",
	'lib/history/two.ts': "import './one.ts';",
	'lib/missing.ts': "import './nowhere.ts';",
	'lib/tools.ts': "import type { port } from '../tests/tools/server.ts';",
	'lib/pages.ts': "import type { A } from '../entrypoints/popup/page.ts';",
	'lib/names.ts': "import './wording.ts';",
	'lib/later.ts': "export const later = () => import('./wording.ts');",
	'lib/kept.ts': "import type { A } from 'idb';",
	'lib/window.ts': "import 'wxt/browser.js';",
	'lib/verified.ts': "import type { A } from '@sigstore/verify';",
	'lib/sigstore/release.ts': "import '../policy.ts';",
	'lib/npm/lookup.ts': "import '../wording.ts';",
	'components/Bad.svelte': '<script lang="ts">import { inspected } from "../lib/inspect.ts";</script>{inspected}',
	'entrypoints/popup/walk.ts': "import '../../lib/inspect.ts';",
	'entrypoints/popup/other.ts': "import '../report/main.ts';",
	'entrypoints/report/main.ts': "import 'valibot';",
	'entrypoints/audit/main.ts': "import '../../lib/provenance.ts';",
};

const folder = mkdtempSync(join(tmpdir(), 'imports-'));
beforeAll(() => {
	for (const [path, text] of Object.entries(TREE)) {
		const file = join(folder, path);
		mkdirSync(dirname(file), { recursive: true });
		writeFileSync(file, text);
	}
});
afterAll(() => rmSync(folder, { recursive: true }));

test('each rule finds what breaks it in a small tree, and nothing else', async () => {
	const { output } = await cruise(['components', 'entrypoints', 'lib'], {
		...rules.options,
		ruleSet: { forbidden: rules.forbidden },
		validate: true,
		baseDir: folder,
	});
	const { violations } = (output as ICruiseResult).summary;
	expect(violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`).sort()).toEqual(
		[
			'browser: lib/window.ts -> node_modules/wxt/browser.js',
			'component: components/Bad.svelte -> lib/inspect.ts',
			'cycle: lib/history/one.ts -> lib/history/two.ts',
			'database: lib/kept.ts -> node_modules/idb/index.js',
			'entrypoint-of-another-folder: entrypoints/popup/other.ts -> entrypoints/report/main.ts',
			'entrypoint: entrypoints/popup/walk.ts -> lib/inspect.ts',
			'entrypoint: entrypoints/report/main.ts -> node_modules/valibot/index.js',
			'lib-knows-no-page: lib/pages.ts -> entrypoints/popup/page.ts',
			'lib-siblings: lib/later.ts -> lib/wording.ts',
			'lib-siblings: lib/names.ts -> lib/wording.ts',
			'npm-knows-names: lib/npm/lookup.ts -> lib/wording.ts',
			'sigstore-knows-no-npm: lib/sigstore/release.ts -> lib/policy.ts',
			'sigstore-packages: lib/verified.ts -> node_modules/@sigstore/verify/index.js',
			'tests-in-the-product: lib/tools.ts -> tests/tools/server.ts',
			'unresolvable: lib/missing.ts -> ./nowhere.ts',
			'walking-entrypoint: entrypoints/audit/main.ts -> lib/provenance.ts',
		].sort(),
	);
	expect(new Set(violations.map(({ rule }) => rule.name))).toEqual(new Set(rules.forbidden.map(({ name }) => name)));
});

test('the content script does not carry the look-up: every page of a package would load its tables', async () => {
	// Without types, of which nothing is left in the bundle.
	const { output } = await cruise(['entrypoints/npmjs.content'], {
		...rules.options,
		tsPreCompilationDeps: false,
		baseDir: fileURLToPath(new URL('../..', import.meta.url)),
	});
	const reached = (output as ICruiseResult).modules.map(({ source }) => source);
	expect(reached).toContain('lib/wording.ts');
	expect(reached.filter((path) => path.startsWith('lib/npm/'))).toEqual([]);
});
