/** Owns the process that times Preflight beside `yaml`, in turn, in the sources of one side. Reads a number of rounds a line, answers with JSON. */
// biome-ignore-start lint/suspicious/noTemplateCurlyInString: GitHub's expressions
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { parseDocument } from 'yaml';

const [tree = ''] = process.argv.slice(2);
const { preflight } = (await import(
	pathToFileURL(join(tree, 'lib/preflight/run.ts')).href
)) as typeof import('../../lib/preflight/run.ts');

/** A publishing workflow of 1,000 lines: jobs that hand something on to one that publishes, as public ones are written. */
function workflowOfLines(count: number): string {
	const lines = ['name: release', 'on:', '  release:', '    types: [published]', 'permissions: {}', 'jobs:'];
	const jobs: string[] = [];
	const publish = [
		'  publish:',
		'    runs-on: ubuntu-24.04',
		'    permissions:',
		'      id-token: write',
		'    steps:',
		'      - uses: actions/checkout@v7',
		'      - run: npm ci && npm publish --provenance',
	];
	for (let at = 0; lines.length + publish.length + 1 < count; at += 1) {
		jobs.push(`build-${at}`);
		lines.push(
			`  build-${at}:`,
			`    name: Build part ${at}`,
			"    if: github.repository == 'some/project'",
			'    runs-on: ${{ matrix.os }}',
			'    strategy:',
			'      matrix:',
			'        os: [ubuntu-24.04, windows-2025, macos-15]',
			'    steps:',
			'      - uses: actions/checkout@0123456789abcdef0123456789abcdef01234567 # v7.0.1',
			'        with:',
			'          persist-credentials: false',
			'      - uses: actions/setup-node@0123456789abcdef0123456789abcdef01234567 # v7.0.0',
			'        with:',
			'          node-version: 24',
			'          package-manager-cache: false',
			'      - name: Build',
			'        run: |',
			'          # Each part by itself.',
			'          npm ci --ignore-scripts',
			'          npm run build -- --target "$TARGET" && npm test',
			'        env:',
			'          TARGET: ${{ matrix.os }}',
			'      - uses: actions/upload-artifact@0123456789abcdef0123456789abcdef01234567 # v7.0.0',
			'        with:',
			'          name: part',
			'          path: dist',
		);
	}
	return [...lines, publish[0], `    needs: [${jobs.join(', ')}]`, ...publish.slice(1)].slice(0, count).join('\n');
}

const text = workflowOfLines(1_000);
const time = (run: () => unknown) => {
	const started = performance.now();
	run();
	return performance.now() - started;
};
const ours = () => {
	const result = preflight({ file: 'release.yml', text });
	if (!result.ok || result.value.jobs.length < 30) throw new Error('the workflow was not read as it should be');
};
const theirs = () => {
	if (parseDocument(text).errors.length > 0) throw new Error('yaml found a fault');
};

for await (const line of createInterface({ input: process.stdin })) {
	const sums = { ours: 0, yaml: 0 };
	const rounds = Number(line);
	for (let round = 0; round < rounds; round += 1) {
		// In turn, the order turned round each time.
		const order = round % 2 === 0 ? (['ours', 'yaml'] as const) : (['yaml', 'ours'] as const);
		for (const side of order) sums[side] += time(side === 'ours' ? ours : theirs);
	}
	console.log(JSON.stringify({ ours: sums.ours / rounds, yaml: sums.yaml / rounds }));
}
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: GitHub's expressions
