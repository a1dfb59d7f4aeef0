/** Owns the one test runner: everything runs in Node as it is written, without a bundler between. */
import { defineConfig } from 'vitest/config';

const ALONE = 'tests/e2e/**/*.alone.test.ts';
/** Scenarios that watch whether a page stands still: beside another browser most of their tries fail, and each is made up to four times. */
const QUIET = 'tests/e2e/**/*.quiet.test.ts';
/** Unit tests that change what all modules of a process see. */
const APART = 'tests/unit/**/*.apart.test.ts';

const SCENARIOS = {
	// Browsers share the machine with others: what fails once is tried once more, and `npm test` tells of it.
	retry: 1,
	globalSetup: ['tests/support/end-browsers.ts'],
};

/** The tests of one folder. A file finds the modules that the file before it loaded: loading them took half of the time. */
function project(name: string) {
	return {
		extends: true as const,
		test: {
			name,
			include: [`tests/${name}/**/*.test.ts`],
			exclude: [APART, ...(process.env.LONG ? [] : ['**/*.long.test.ts'])],
			isolate: false,
		},
	};
}

export default defineConfig({
	test: {
		// Plain Node imports, so that the hooks give the sigstore packages our crypto, as the build does.
		experimental: { viteModuleRunner: false },
		pool: 'forks',
		execArgv: ['--import', new URL('./scripts/hooks.ts', import.meta.url).href],
		// Two at a time, also of scenarios, which mostly wait: the smallest machine has two cores.
		maxWorkers: 2,
		testTimeout: 60_000,
		// A browser starts in it, and the machine may be busy.
		hookTimeout: 60_000,
		expect: { poll: { timeout: 15_000 } },
		projects: [
			...['unit', 'laws', 'conformance'].map((name) => project(name)),
			{
				extends: true as const,
				test: { name: 'unit-apart', include: [APART] },
			},
			{
				extends: true as const,
				test: {
					...project('e2e').test,
					exclude: [ALONE, QUIET],
					...SCENARIOS,
				},
			},
			{
				// What changes the machine's browsers runs after all others: a browser of another file would be changed with them.
				extends: true as const,
				test: {
					...project('e2e').test,
					...SCENARIOS,
					name: 'e2e-alone',
					include: [ALONE],
					sequence: { groupOrder: 1 },
				},
			},
			{
				extends: true as const,
				test: {
					...project('e2e').test,
					...SCENARIOS,
					name: 'e2e-quiet',
					include: [QUIET],
					maxWorkers: 1,
					sequence: { groupOrder: 2 },
				},
			},
		],
	},
});
