/** Owns the one test runner: everything runs in Node as it is written, without a bundler between. */
import { defineConfig } from 'vitest/config';

/** Scenarios that mostly wait: a project of its own, so that `npm test` runs them beside the others. */
const WAITING = 'tests/e2e/waiting.test.ts';
const isScenario = (name: string) => name === 'e2e' || name === 'waiting';

export default defineConfig({
	test: {
		// Plain Node imports, so that the hooks give the sigstore packages our crypto, as the build does.
		experimental: { viteModuleRunner: false },
		pool: 'forks',
		execArgv: ['--import', new URL('./scripts/hooks.ts', import.meta.url).href],
		testTimeout: 60_000,
		// A browser starts in it, and the machine may be busy.
		hookTimeout: 60_000,
		expect: { poll: { timeout: 15_000 } },
		projects: ['unit', 'laws', 'conformance', 'e2e', 'waiting'].map((name) => ({
			extends: true as const,
			test: {
				name,
				include: [name === 'waiting' ? WAITING : `tests/${name}/**/*.test.ts`],
				exclude: [...(process.env.LONG ? [] : ['**/*.long.test.ts']), ...(name === 'e2e' ? [WAITING] : [])],
				// Real browsers share two cores: one scenario file at a time.
				fileParallelism: !isScenario(name),
				// They share the machine with others, too: what fails once is tried once more, and `npm test` tells of it.
				retry: isScenario(name) ? 1 : 0,
			},
		})),
	},
});
