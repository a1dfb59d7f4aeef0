/** Tests of the project's own workflows: our own Preflight finds nothing in them, and they call commands that there are. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parseUses } from '../../../lib/preflight/uses.ts';
import { parseWorkflow, type Workflow } from '../../../lib/preflight/workflow.ts';
import { readFile } from '../../fixtures/workflows.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const folder = '.github/workflows';
const names = readdirSync(join(root, folder));
const read = (name: string) => readFileSync(join(root, folder, name), 'utf8');
const scripts: Record<string, string> = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).scripts;

function workflow(name: string): Workflow {
	const parsed = parseWorkflow(read(name));
	if (!parsed.ok) throw new Error(parsed.failure.code);
	return parsed.workflow;
}

test('there are four', () => expect(names).toEqual(['ci.yml', 'conformance.yml', 'release.yml', 'trust-seed.yml']));

test('the one that publishes is read, and nothing is found in any', () => {
	const files = names.map((name) => readFile(read(name), undefined, `${folder}/${name}`));
	expect(files.flatMap(({ findings }) => findings)).toEqual([]);
	const [release] = files.filter(({ publishing }) => publishing !== 'not-seen');
	expect(release).toMatchObject({
		file: '.github/workflows/release.yml',
		publishing: 'seen',
		jobs: [
			{ id: 'build', reach: 'hands-on' },
			{ id: 'npm', reach: 'publishes' },
		],
		notFollowed: [],
		mintsToken: true,
		makesProvenance: true,
	});
});

describe.each(names)('%s', (name) => {
	const { jobs, permissions, source } = workflow(name);
	const steps = jobs.flatMap((job) => job.steps);

	test('gives rights to single jobs only', () => {
		expect(permissions).toMatchObject({ all: '', scopes: new Map() });
		for (const job of jobs) expect(job.permissions?.scopes.size, job.id.text).toBeGreaterThan(0);
	});

	test('names each action by its commit, with the tag beside it', () => {
		for (const { uses } of steps)
			if (uses) {
				expect(parseUses(uses), uses.text).toMatchObject({ kind: 'repository', isPinned: true });
				expect(uses.comment, uses.text).toMatch(/^v\d+\.\d+\.\d+$/);
			}
	});

	test('has a time limit for each job', () =>
		expect(source.match(/^ {4}timeout-minutes: \d+$/gm)).toHaveLength(jobs.length));

	test('calls scripts and files that there are', () => {
		for (const { run } of steps)
			for (const [, script, file] of run?.text.matchAll(/npm run ([\w:-]+)|(\.ci\/[\w-]+)/g) ?? []) {
				if (script !== undefined) expect(scripts).toHaveProperty([script]);
				if (file !== undefined) expect(statSync(join(root, file)).mode & 0o111).toBe(0o111);
			}
	});
});
