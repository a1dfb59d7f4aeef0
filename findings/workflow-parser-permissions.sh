#!/usr/bin/env bash
# @actions/workflow-parser: GitHub's own parser of workflow files. Guess: the object that it makes of a workflow holds
# what a workflow may do (permissions), and Node can import a package that says "node": ">= 20".
set -euo pipefail
. "$(dirname "$0")/support/common.sh"
use_node
use @actions/workflow-parser@0.3.61 @actions/expressions@0.3.61 @esbuild/linux-x64@0.28.2
run <<'JS'
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';

try {
	await import('@actions/workflow-parser');
	console.log('import in Node: works');
} catch (error) {
	console.log('import in Node:', error.code);
}
writeFileSync(
	'look.mjs',
	`import { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } from '@actions/workflow-parser';
	const lines = ['on: push', 'permissions: write-all', 'jobs:', '  build:', '    runs-on: ubuntu-latest', '    timeout-minutes: 5',
		'    permissions:', '      id-token: write', '    env:', '      A: b', '    steps:', '      - run: npm publish'];
	const { context, value } = parseWorkflow({ name: 'release.yml', content: lines.join('\\n') }, new NoOperationTraceWriter());
	const workflow = await convertWorkflowTemplate(context, value);
	console.log('errors:', context.errors.getErrors().length);
	console.log('workflow:', Object.keys(workflow).sort().join(' '));
	console.log('job:', Object.keys(JSON.parse(JSON.stringify(workflow.jobs[0]))).sort().join(' '));`,
);
const bundler = 'node_modules/@esbuild/linux-x64/bin/esbuild';
execFileSync(bundler, ['look.mjs', '--bundle', '--platform=node', '--format=esm', '--outfile=bundled.mjs', '--log-level=error',
	"--banner:js=import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);"]);
await import(`${process.env.WORK}/bundled.mjs`);
JS
tell 'The converted workflow and its jobs have no permissions, no defaults and no time limit, and no Node can import the package as it is published.' \
	'import in Node: ERR_IMPORT_ATTRIBUTE_MISSING
errors: 0
workflow: events jobs
job: env id if name runs-on steps type'
