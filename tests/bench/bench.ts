/** Owns `npm run -s bench`: ratios in one run on one machine, ours and theirs in turn, printed as they come. */
import { cpus } from 'node:os';
import { runCommand } from '../../cli/usage.ts';
import { contentScript } from './rows/content-script.ts';
import { files } from './rows/files.ts';
import { firstVerdictFreshWorker, firstVerdictRenewedRoot } from './rows/first-verdict.ts';
import { hostileAnswer } from './rows/hostile-answer.ts';
import { auditPage1000, lockfile1000, lockfile1000Again, lockfileMemory } from './rows/lockfile.ts';
import { firstNavigation, navigation } from './rows/navigation.ts';
import { preflight } from './rows/preflight.ts';
import { provenanceWarm } from './rows/provenance-warm.ts';
import { requestsPerRelease } from './rows/requests-per-release.ts';
import { verifications1000 } from './rows/verifications-1000.ts';
import { jsonPrinter, readOptions, runMeasurements, selectMeasurements, tablePrinter } from './runner.ts';
import { openSides, type Sides } from './sides.ts';

const HELP = `Usage: npm run -s bench -- [--only PATTERN] [--against COMMIT] [--samples N] [--json]

Measures how long things take, and prints each row as it comes. Each ratio is ours divided by theirs, measured in turn.

  --only PATTERN     only rows whose name matches this regular expression
  --against COMMIT   builds this commit beside, and measures both in turn
  --samples N        so many samples of each row instead of its own number
  --json             rows as JSON, one a line

Exit codes: 0 all rows were measured; 2 bad usage, or a row that failed, which then says so.`;

await runCommand(HELP, async (argv) => {
	const { json, samples, only, against } = readOptions(argv);
	const measurementsOf = (sides: Sides) =>
		[
			requestsPerRelease,
			contentScript,
			files,
			hostileAnswer,
			firstVerdictFreshWorker,
			firstVerdictRenewedRoot,
			lockfile1000,
			lockfile1000Again,
			lockfileMemory,
			auditPage1000,
			navigation,
			firstNavigation,
			preflight,
			provenanceWarm,
			verifications1000,
		].map((measurement) => measurement({ sides, ...(samples !== undefined && { samples }) }));
	const sides = openSides(against);
	const stop = (_signal: string, number: number) => {
		sides.close();
		process.exit(128 + number);
	};
	for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, stop);
	try {
		const selected = selectMeasurements(measurementsOf(sides), only);
		const machine = `${cpus().length} cores, ${cpus()[0]?.model ?? 'unknown processor'}`;
		const heading = `Node ${process.version}, ${machine}, ${new Date().toISOString().slice(0, 10)}`;
		const write = (line: string) => void process.stdout.write(`${line}\n`);
		const printer = json ? jsonPrinter(write) : tablePrinter(write, heading);
		const isWhole = await runMeasurements(selected, only, printer.row);
		printer.end();
		if (!isWhole) process.exitCode = 2;
	} finally {
		for (const signal of ['SIGINT', 'SIGTERM']) process.off(signal, stop);
		sides.close();
	}
});
