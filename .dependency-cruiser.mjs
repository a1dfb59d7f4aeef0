/**
 * Owns who may import whom in what is shipped; `npm run check` holds the sources to it, also those parts of Svelte files that run.
 * Where a rule is about values only, types may come from anywhere: nothing is left of them in the bundle.
 */

/** Not of types alone. */
const values = { dependencyTypesNot: ['type-only'] };
const SHIPPED = '^(components|entrypoints|lib)/';
/** The two entry points that walk by themselves; the others ask the background. */
const WALKING_ENTRYPOINTS = '^entrypoints/(background[.]ts$|audit/)';
/** Files of lib that join their siblings. */
const JOINING =
	'^lib/((complete|earlier-records|gather-advisories|inspect|mark-port|provenance|quick-check|trace-line|with-findings)|history/[^/]+)[.]ts$';

/** What every entry point may import; of its own folder all. */
const ENTRYPOINTS_MAY = [
	'^components/',
	'^lib/(looks|mark-port|messages|npm/lookup|policy|release|report|settings|trust-roots|wording)[.]ts$',
	'^entrypoints/',
	'^node_modules/(svelte|wxt)/',
];
const WALKING_ENTRYPOINTS_MAY = [
	...ENTRYPOINTS_MAY,
	'^lib/(complete|evidence|gather-advisories|inspect|keep-alive|quick-check|registry|sightings|toolbar|trace-line|trust-root-file|turns)[.]ts$',
	'^lib/sigstore/(trust-root|tuf)[.]ts$',
];
const COMPONENTS_MAY = [
	'^components/',
	'^lib/(links|looks|policy|report|sightings|trust-roots|wording)[.]ts$',
	'^node_modules/svelte/',
];
/** The ground of lib, and below it what two of its files need. */
const LIB_MAY = [
	'^lib/(finding-table|json|json-file|looks|release|report|request)[.]ts$',
	'^lib/(answers|keep-alive|packument|patience|repository|shared-work|slices|turns|untrusted|warnings|history/identity-diff)[.]ts$',
	'^lib/sigstore/',
];

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
			from: { path: SHIPPED },
			to: { path: '^tests/' },
		},
		{
			name: 'entrypoint',
			comment: 'An entry point composes; what it needs of the walk it asks of the background.',
			severity: 'error',
			from: { path: '^entrypoints/', pathNot: WALKING_ENTRYPOINTS },
			to: { pathNot: ENTRYPOINTS_MAY, ...values },
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
			name: 'lib-siblings',
			comment: 'Only the walk and the comparison join their siblings; the others know the ground.',
			severity: 'error',
			from: { path: '^lib/', pathNot: ['^lib/(npm|sigstore)/', JOINING] },
			to: { path: '^lib/', pathNot: LIB_MAY, ...values },
		},
		{
			name: 'sigstore-knows-no-npm',
			severity: 'error',
			comment: 'The verification knows nothing of releases.',
			from: { path: '^lib/sigstore/' },
			to: { path: '^lib/', pathNot: ['^lib/sigstore/', '^lib/(report|request)[.]ts$'], ...values },
		},
		{
			name: 'npm-knows-names',
			comment: 'How names, addresses and lines are read asks for nothing but names.',
			severity: 'error',
			from: { path: '^lib/npm/' },
			to: { path: '^lib/', pathNot: ['^lib/npm/', '^lib/release[.]ts$'], ...values },
		},
		{
			name: 'database',
			comment: 'IndexedDB has one door.',
			severity: 'error',
			from: { path: SHIPPED, pathNot: '^lib/evidence[.]ts$' },
			to: { path: '^node_modules/idb/' },
		},
		{
			name: 'browser',
			comment: "Of lib, only these five touch the browser's own interfaces.",
			severity: 'error',
			from: { path: '^(components|lib)/', pathNot: '^lib/(keep-alive|mark-port|messages|settings|toolbar)[.]ts$' },
			to: { path: '^node_modules/wxt/' },
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
