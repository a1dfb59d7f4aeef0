/**
 * Owns who may import whom in what is shipped; `npm run check` holds the sources to it, also those parts of Svelte files that run.
 * Where a rule is about values only, types may come from anywhere: nothing is left of them in the bundle.
 */

/** Not of types alone. */
const values = { dependencyTypesNot: ['type-only'] };
const SHIPPED = '^(components|entrypoints|lib)/';
/** The page that reads workflow files, on the machine: which carries the YAML library, as the background does for looks. */
const READING_ENTRYPOINT = '^entrypoints/preflight/';
/** Who walks by itself, off the threads of pages; the other entry points ask the background. */
const WALKING_ENTRYPOINTS = '^entrypoints/((background|audit)/|report/look-worker[.]ts$)';

/** What every entry point may import; of its own folder all. */
const ENTRYPOINTS_MAY = [
	'^components/',
	'^lib/(browser|npm|policy|report|text)/',
	'^lib/sigstore/custom-trust-roots[.]ts$',
	'^entrypoints/',
	'^node_modules/(svelte|wxt)/',
];
const WALKING_ENTRYPOINTS_MAY = [
	...ENTRYPOINTS_MAY,
	'^lib/(async|audit|external|output|registry|storage)/',
	'^lib/history/first-seen[.]ts$',
	'^lib/files/(check|given)[.]ts$',
	'^lib/inspect/(ahead|complete|inspect|package-facts|quick-check|side-by-side|trace-line)[.]ts$',
	'^lib/look/look[.]ts$',
	'^lib/sigstore/(trust-root|trust-root-file|tuf)[.]ts$',
];
const READING_ENTRYPOINT_MAY = [...ENTRYPOINTS_MAY, '^lib/preflight/(batch|floor|run)[.]ts$'];
const COMPONENTS_MAY = [
	'^components/',
	'^lib/(policy|report|text)/',
	'^lib/history/first-seen[.]ts$',
	'^lib/npm/(hosts|lookup|site|spec)[.]ts$',
	'^lib/sigstore/custom-trust-roots[.]ts$',
	'^node_modules/svelte/',
];

/** Each room of lib -> what else of lib it may import. The pure rooms know no edge, and nobody below knows the words. */
const ROOMS = {
	async: [],
	report: [],
	audit: ['^lib/(async|attestation|history|inspect|npm|policy|report|sigstore)/'],
	output: ['^lib/(audit|report|text)/'],
	npm: ['^lib/(async|report)/', '^lib/text/untrusted[.]ts$'],
	sigstore: ['^lib/report/', '^lib/npm/(spec|json-bounds|json-file|json-place)[.]ts$', '^lib/registry/request[.]ts$'],
	attestation: ['^lib/(npm|report|sigstore)/'],
	history: ['^lib/(npm|report)/', '^lib/sigstore/identity[.]ts$'],
	policy: ['^lib/(npm|report)/'],
	preflight: ['^lib/npm/hosts[.]ts$'],
	inspect: [
		'^lib/(async|attestation|history|npm|policy|report|sigstore)/',
		// Looks that come unasked; those that are asked for know the walk.
		'^lib/look/(git-head|time-line|unasked)[.]ts$',
	],
	registry: ['^lib/(async|npm|report)/'],
	external: ['^lib/(async|npm|report)/', '^lib/registry/request[.]ts$'],
	files: ['^lib/(attestation|inspect|npm|policy|report|sigstore)/', '^lib/look/archive[.]ts$'],
	look: ['^lib/(async|attestation|inspect|npm|preflight|report|sigstore)/'],
	storage: ['^lib/(async|report)/'],
	browser: ['^lib/(npm|policy|report)/', '^lib/text/verdict-icons[.]ts$'],
	text: [
		'^lib/(npm|report)/',
		'^lib/inspect/warnings[.]ts$',
		'^lib/look/time-line[.]ts$',
		'^lib/preflight/rule-(facts|kinds)[.]ts$',
	],
};
const roomRules = Object.entries(ROOMS).map(([room, may]) => ({
	name: `room-${room}`,
	comment: `lib/${room} knows only its own room, and what .dependency-cruiser.mjs lists for it.`,
	severity: 'error',
	from: { path: `^lib/${room}/` },
	to: { path: '^lib/', pathNot: [`^lib/${room}/`, ...may], ...values },
}));

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
	forbidden: [
		{
			name: 'cycle',
			comment: 'Files that import each other, through whatever others, cannot be read or moved one by one.',
			severity: 'error',
			from: {},
			to: { circular: true },
		},
		{
			name: 'unresolvable',
			comment: 'There is no such file or package.',
			severity: 'error',
			from: {},
			to: { couldNotResolve: true },
		},
		{
			name: 'tests-in-the-product',
			comment: 'What is shipped imports no tests and no tools.',
			severity: 'error',
			from: { path: `${SHIPPED}|^wxt[.]config[.]ts$` },
			to: { path: '^(cli|scripts|tests)/' },
		},
		{
			name: 'entrypoint',
			comment: 'An entry point composes; what it needs of the walk it asks of the background.',
			severity: 'error',
			from: { path: '^entrypoints/', pathNot: `${WALKING_ENTRYPOINTS}|${READING_ENTRYPOINT}` },
			to: { pathNot: ENTRYPOINTS_MAY, ...values },
		},
		{
			name: 'reading-entrypoint',
			comment:
				'Preflight reads files where they are chosen, so that nothing of them is passed on; the rest it asks of the background.',
			severity: 'error',
			from: { path: READING_ENTRYPOINT },
			to: { pathNot: READING_ENTRYPOINT_MAY, ...values },
		},
		{
			name: 'walking-entrypoint',
			comment: 'The background composes the walk out of its parts, and knows no part of a part.',
			severity: 'error',
			from: { path: WALKING_ENTRYPOINTS },
			to: { pathNot: WALKING_ENTRYPOINTS_MAY, ...values },
		},
		{
			name: 'entrypoint-of-another-folder',
			comment: 'What two entry points share is in components or lib.',
			severity: 'error',
			from: { path: '^entrypoints/([^/]+)/' },
			to: { path: '^entrypoints/', pathNot: '^entrypoints/$1/', ...values },
		},
		{
			name: 'component',
			comment: 'A component shows what it is given.',
			severity: 'error',
			from: { path: '^components/' },
			to: { pathNot: COMPONENTS_MAY, ...values },
		},
		{
			name: 'lib-knows-no-page',
			comment: 'Not even by its types.',
			severity: 'error',
			from: { path: '^lib/' },
			to: { path: '^(components|entrypoints)/|^node_modules/svelte/' },
		},
		{
			name: 'lib-has-rooms',
			comment: 'Every file of lib is in a room, so that the tree shows what it is about.',
			severity: 'error',
			from: { path: SHIPPED },
			to: { path: '^lib/', pathNot: `^lib/(${Object.keys(ROOMS).join('|')})/` },
		},
		...roomRules,
		{
			name: 'database',
			comment: 'IndexedDB has one door.',
			severity: 'error',
			from: { path: SHIPPED, pathNot: '^lib/storage/' },
			to: { path: '^node_modules/idb/' },
		},
		{
			name: 'browser',
			comment: "Of lib, only one room touches the browser's own interfaces.",
			severity: 'error',
			from: { path: '^(components|lib)/', pathNot: '^lib/browser/' },
			to: { path: '^node_modules/wxt/' },
		},
		{
			name: 'yaml',
			comment: 'It is large: of lib only Preflight has it, which its page, its command and the looks import.',
			severity: 'error',
			from: { path: SHIPPED, pathNot: '^lib/preflight/' },
			to: { path: '^node_modules/yaml/' },
		},
		{
			name: 'lockfile-packages',
			comment: 'Each reads one kind of lockfile, or the files of a reader; what is read from one is the same for all.',
			severity: 'error',
			from: { path: SHIPPED, pathNot: '^lib/(audit/lockfile/|npm/json-file[.]ts$)' },
			to: { path: '^node_modules/(js-yaml|jsonc-parser|@yarnpkg)/' },
		},
		{
			name: 'sigstore-packages',
			comment: 'What verifies is in one folder.',
			severity: 'error',
			from: { path: SHIPPED, pathNot: '^lib/sigstore/' },
			to: { path: '^node_modules/(@sigstore|@tufjs|@noble|tuf-js)/' },
		},
	],
	options: {
		doNotFollow: { path: 'node_modules' },
		// Types as well, and known as such.
		tsPreCompilationDeps: 'specify',
		enhancedResolveOptions: {
			exportsFields: ['exports'],
			conditionNames: ['import', 'browser', 'default', 'types'],
			extensions: ['.ts', '.mjs', '.js', '.svelte', '.json'],
		},
	},
};
