/** Owns `npm test`: checks, unit tests and laws, the build, then the scenarios in real browsers; `--long` adds the long ones. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findBrowsers } from '../tests/support/find-browser.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const isLong = process.argv.includes('--long');
const reports = mkdtempSync(join(tmpdir(), 'stamp-of-origin-'));
// The command is started dozens of times: half of a start is to compile what the one before compiled.
process.env.NODE_COMPILE_CACHE ??= join(reports, 'compiled');
const totals = { passed: 0, failed: 0, skipped: 0 };

await findBrowsers();
run('check', [join(root, 'scripts/check.ts')]);
vitest('unit', ['unit', 'unit-apart', 'laws', 'conformance']);
run('build', [join(root, 'scripts/build.ts'), '--door']);
vitest('scenarios', ['e2e', 'e2e-alone']);
// With a run of its own: the browsers of the others end with theirs.
vitest('quiet scenarios', ['e2e-quiet']);
console.log(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);
process.exitCode = totals.failed > 0 ? 1 : 0;

function run(step: string, args: string[]): void {
	const started = Date.now();
	const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
	console.log(`[${step}: ${Math.round((Date.now() - started) / 1000)} s]`);
	if (status !== 0) {
		console.error(`npm test: the step "${step}" failed.`);
		process.exit(1);
	}
}

/** Runs projects of vitest.config.ts and adds up what they counted. */
function vitest(step: string, projects: string[]): void {
	const started = Date.now();
	const report = join(reports, `${step}.json`);
	const { status } = spawnSync(
		process.execPath,
		[
			join(root, 'node_modules/vitest/vitest.mjs'),
			'run',
			...projects.flatMap((project) => ['--project', project]),
			'--reporter=default',
			'--reporter=json',
			`--outputFile.json=${report}`,
		],
		{
			cwd: root,
			stdio: 'inherit',
			env: { ...process.env, ...(isLong && { LONG: '1' }) },
		},
	);
	console.log(`[${step}: ${Math.round((Date.now() - started) / 1000)} s]`);
	const counted = JSON.parse(readFileSync(report, 'utf8'));
	totals.passed += counted.numPassedTests;
	totals.failed += counted.numFailedTests + (status !== 0 && counted.numFailedTests === 0 ? 1 : 0);
	totals.skipped += counted.numPendingTests + counted.numTodoTests;
	tellSecondTries(counted);
}

interface Counted {
	testResults: { assertionResults: { fullName: string; status: string; failureMessages: string[] }[] }[];
}

/** Names what passed only at its second try, and why the first one failed: it may be the test's fault, or ours. */
function tellSecondTries({ testResults }: Counted): void {
	for (const { fullName, status, failureMessages } of testResults.flatMap(({ assertionResults }) => assertionResults))
		if (status === 'passed' && failureMessages.length > 0)
			console.log(`Passed at its second try: ${fullName}\n${failureMessages.join('\n')}`);
}
