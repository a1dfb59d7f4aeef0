/** Owns the one test runner: everything runs in Node as it is written, without a bundler between. */
import { defineConfig } from 'vitest/config';

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
		projects: ['unit', 'laws', 'conformance', 'e2e'].map((name) => ({
			extends: true as const,
			test: {
				name,
				include: [`tests/${name}/**/*.test.ts`],
				exclude: process.env.LONG ? [] : ['**/*.long.test.ts'],
				// Browsers share the machine with others: what fails once is tried once more, and `npm test` tells of it.
				retry: name === 'e2e' ? 1 : 0,
			},
		})),
	},
});
