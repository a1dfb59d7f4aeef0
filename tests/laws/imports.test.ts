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

/** Rooms that know no words; each of them imports some in the small tree. */
const WORDLESS = [
	...[
		'async',
		'report',
		'npm',
		'sigstore',
		'attestation',
		'audit',
		'history',
		'policy',
		'preflight',
		'inspect',
		'registry',
		'external',
		'look',
		'files',
		'storage',
		'browser',
	],
];

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
	'node_modules/yaml/index.js': '',
	'node_modules/js-yaml/index.js': '',
	'tests/support/server.ts': 'export const port = 1;',
	'cli/main.ts': 'export const main = 1;',
	'lib/report/report.ts': 'export interface Report { schema: 1 }; export const success = 1;',
	'lib/text/words.ts': "import { success } from '../report/report.ts'; export const words = success;",
	'lib/browser/settings.ts': "import 'wxt/browser.js'; import type { Words } from '../text/words.ts';",
	'lib/storage/evidence.ts': "import 'idb';",
	'lib/inspect/inspect.ts': "import './provenance.ts'; import '../policy/compare.ts'; export const inspected = 1;",
	'lib/inspect/provenance.ts': "import '../sigstore/verify.ts';",
	'lib/policy/compare.ts': "import '../report/report.ts';",
	'lib/sigstore/verify.ts':
		"import '@sigstore/verify'; import '../report/report.ts'; import type { Named } from '../text/words.ts';",
	'lib/preflight/run.ts': "import './tree.ts';",
	'lib/preflight/tree.ts': "import 'yaml';",
	'components/Good.svelte':
		'<script lang="ts">import { words } from "../lib/text/words.ts"; import type { A } from "../lib/inspect/inspect.ts";</script>{words}',
	'entrypoints/background/index.ts': "import '../../lib/inspect/inspect.ts'; import 'wxt/browser.js';",
	'entrypoints/popup/main.ts':
		"import './page.ts'; import 'svelte'; import type { A } from '../../lib/inspect/inspect.ts';",
	'entrypoints/popup/page.ts': '',
	// From here on, each breaks a rule.
	'lib/async/one.ts': "import './two.ts';",
	'lib/async/two.ts': "import './one.ts';",
	'lib/async/missing.ts': "import './nowhere.ts';",
	'lib/async/tools.ts': "import type { port } from '../../tests/support/server.ts';",
	'lib/async/command.ts': "import type { main } from '../../cli/main.ts';",
	'lib/async/pages.ts': "import type { A } from '../../entrypoints/popup/page.ts';",
	'lib/async/kept.ts': "import type { A } from 'idb';",
	'lib/async/window.ts': "import 'wxt/browser.js';",
	'lib/async/verified.ts': "import type { A } from '@sigstore/verify';",
	'lib/corridor.ts': '',
	'lib/async/corridor.ts': "import type { A } from '../corridor.ts';",
	'lib/report/later.ts': "export const later = () => import('../text/words.ts');",
	...Object.fromEntries(WORDLESS.map((room) => [`lib/${room}/words.ts`, "import '../text/words.ts';"])),
	'lib/text/walk.ts': "import '../inspect/inspect.ts';",
	'lib/output/walk.ts': "import '../inspect/inspect.ts';",
	'components/Bad.svelte':
		'<script lang="ts">import { inspected } from "../lib/inspect/inspect.ts";</script>{inspected}',
	'entrypoints/popup/walk.ts': "import '../../lib/inspect/inspect.ts';",
	'entrypoints/popup/other.ts': "import '../report/main.ts';",
	'entrypoints/report/main.ts': "import 'valibot';",
	'entrypoints/preflight/main.ts': "import '../../lib/preflight/run.ts'; import '../../lib/preflight/tree.ts';",
	'entrypoints/preflight/yaml.ts': "import type { A } from 'yaml';",
	'lib/audit/lockfile/yaml.ts': "import 'js-yaml';",
	'lib/async/lockfile.ts': "import 'js-yaml';",
	'entrypoints/audit/main.ts': "import '../../lib/inspect/provenance.ts';",
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
			'browser: lib/async/window.ts -> node_modules/wxt/browser.js',
			'component: components/Bad.svelte -> lib/inspect/inspect.ts',
			'cycle: lib/async/one.ts -> lib/async/two.ts',
			'database: lib/async/kept.ts -> node_modules/idb/index.js',
			'entrypoint-of-another-folder: entrypoints/popup/other.ts -> entrypoints/report/main.ts',
			'entrypoint: entrypoints/popup/walk.ts -> lib/inspect/inspect.ts',
			'entrypoint: entrypoints/report/main.ts -> node_modules/valibot/index.js',
			'lib-has-rooms: lib/async/corridor.ts -> lib/corridor.ts',
			'lib-knows-no-page: lib/async/pages.ts -> entrypoints/popup/page.ts',
			...WORDLESS.map((room) => `room-${room}: lib/${room}/words.ts -> lib/text/words.ts`),
			'lockfile-packages: lib/async/lockfile.ts -> node_modules/js-yaml/index.js',
			'reading-entrypoint: entrypoints/preflight/main.ts -> lib/preflight/tree.ts',
			'room-output: lib/output/walk.ts -> lib/inspect/inspect.ts',
			'room-report: lib/report/later.ts -> lib/text/words.ts',
			'room-text: lib/text/walk.ts -> lib/inspect/inspect.ts',
			'sigstore-packages: lib/async/verified.ts -> node_modules/@sigstore/verify/index.js',
			'tests-in-the-product: lib/async/command.ts -> cli/main.ts',
			'tests-in-the-product: lib/async/tools.ts -> tests/support/server.ts',
			'unresolvable: lib/async/missing.ts -> ./nowhere.ts',
			'yaml: entrypoints/preflight/yaml.ts -> node_modules/yaml/index.js',
			'walking-entrypoint: entrypoints/audit/main.ts -> lib/inspect/provenance.ts',
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
	expect(reached).toContain('lib/text/en/panel.ts');
	expect(reached.filter((path) => /^lib\/npm\/(lookup|install)/.test(path))).toEqual([]);
});
