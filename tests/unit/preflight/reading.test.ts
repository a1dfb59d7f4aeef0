/** Tests of how workflow files are read: what is refused and where, aliases, YAML versions, places, which jobs are read, actions.lock. */
// biome-ignore-start lint/suspicious/noTemplateCurlyInString: GitHub's expressions
import { describe, expect, test } from 'vitest';
import { REGISTRY } from '../../../lib/npm/hosts.ts';
import { practicalFloor } from '../../../lib/preflight/floor.ts';
import { parseLock } from '../../../lib/preflight/lock.ts';
import { type PreflightFile, preflight } from '../../../lib/preflight/run.ts';
import type { UnreadableCode } from '../../../lib/preflight/tree.ts';
import { foundBy, readFile, SHA, workflowOf } from '../../fixtures/workflows.ts';

const failureOf = (text: string) => {
	const result = preflight({ file: 'a.yml', text });
	return result.ok ? undefined : result.failure;
};

/** The state of each item of the floor. */
const floorOf = (file: PreflightFile) =>
	Object.fromEntries(practicalFloor([file]).map(({ id, state }) => [id, state])) as Record<string, string>;

describe('files that are refused, with their place', () => {
	const deep = (depth: number) => `on: push\njobs: ${'['.repeat(depth)}${']'.repeat(depth)}\n`;
	const cases: [name: string, text: string, code: UnreadableCode, line: number, column?: number][] = [
		['no YAML', 'on: push\njobs: [\n', 'not-yaml', 3],
		['a tab as indentation', 'on: push\njobs:\n\ta: b\n', 'not-yaml', 3],
		['a picture', '\u0089PNG\r\n\u001a\n\u0000', 'not-a-workflow', 1],
		['nothing', '', 'not-a-workflow', 1, 1],
		['a comment', '# on: push\n# jobs: {}\n', 'not-a-workflow', 1],
		['a list', '- on\n- jobs\n', 'not-a-workflow', 1],
		['no jobs', '\non: push\n', 'not-a-workflow', 2],
		['jobs that are a text', 'on: push\njobs: all\n', 'not-a-workflow', 1],
		['an action', 'name: a\nruns:\n  using: composite\n', 'action-no-workflow', 1],
		['two documents', 'on: push\njobs: {}\n---\non: push\n', 'not-a-workflow', 4],
		['an equal key', 'on: push\njobs: {}\non: release\n', 'yaml-duplicate-key', 3, 1],
		['an equal key, spelled otherwise', 'on: push\n"on": release\njobs: {}\n', 'yaml-duplicate-key', 2],
		['numbers that are equal as text', 'on: push\njobs:\n  18: {}\n  "18": {}\n', 'yaml-duplicate-key', 4, 3],
		['an equal key behind an alias', '&on on: push\n*on : release\njobs: {}\n', 'yaml-duplicate-key', 2],
		['a key that is a list', 'on: push\n[a, b]: c\njobs: {}\n', 'yaml-key-no-text', 2],
		['a merge key', 'on: push\njobs:\n  a: &a {}\n  b:\n    <<: *a\n', 'yaml-merge-key', 5, 5],
		['an alias without an anchor', 'on: push\njobs: *jobs\n', 'yaml-alias-unknown', 2, 7],
		['an alias before its anchor', 'on: *a\njobs: &a {}\n', 'yaml-alias-unknown', 1],
		['an alias of what it is in', 'on: push\njobs: &a\n  b: *a\n', 'yaml-alias-endless', 3],
		['deep nesting', deep(5_000), 'yaml-too-deep', 2],
		['a little too deep', deep(61), 'yaml-too-deep', 2],
		['keys within keys', `on: push\njobs: ${'? '.repeat(5_000)}`, 'yaml-too-deep', 2],
		['5 MB of text', `on: push\njobs:\n  a: "${'x'.repeat(5_000_000)}"\n`, 'yaml-too-large', 3],
		['5 MB of lines', '\n'.repeat(5_000_000), 'yaml-too-large', 1_000_001],
		['many little pieces', `on: push\njobs: {a: [${'b,'.repeat(150_000)}]}\n`, 'yaml-too-large', 2],
		[
			'aliases that grow',
			`on: push\nx:\n  a0: &a0 [x, x]\n${Array.from({ length: 30 }, (_, at) => `  a${at + 1}: &a${at + 1} [*a${at}, *a${at}]\n`).join('')}jobs: {}\n`,
			'yaml-alias-endless',
			4,
		],
	];
	test.each(cases)('%s', (_name, text, code, line, column) => {
		const failure = failureOf(text);
		expect(failure?.code).toBe(code);
		// Where aliases grow too large depends on the limit.
		if (_name !== 'aliases that grow') expect(failure?.line).toBe(line);
		if (column !== undefined) expect(failure?.column).toBe(column);
	});

	test('what is within the limits is read', () => {
		expect(failureOf(`on: push\njobs:\n  a:\n    x: ${'['.repeat(50)}${']'.repeat(50)}\n`)).toBeUndefined();
		const uses = `on: push\njobs:\n  a:\n    steps:\n      - uses: &c actions/checkout@v7\n${'      - uses: *c\n'.repeat(5_000)}`;
		expect(failureOf(uses)).toBeUndefined();
	});
});

describe('YAML', () => {
	test('of version 1.1 changes neither keys nor values', () => {
		const text = `%YAML 1.1\n---\n${workflowOf({ steps: `- uses: actions/checkout@${SHA}\n  with:\n    persist-credentials: false\n    ref: 1.10` })}`;
		expect(readFile(text)).toMatchObject({ publishing: 'seen', findings: [] });
	});

	test('anchors and aliases stand for what they name, also within each other', () => {
		const text = workflowOf({
			jobs: 'build: &build\n  runs-on: &os ubuntu-24.04\n  outputs: {a: b}\n  steps: &steps\n    - uses: some/action@v1\nagain: *build',
			job: 'permissions: {id-token: write}\nneeds: [build, again]\nruns-on: *os',
		});
		const { jobs, findings } = readFile(text);
		expect(jobs).toEqual([
			{ id: 'build', reach: 'hands-on' },
			{ id: 'again', reach: 'hands-on' },
			{ id: 'publish', reach: 'publishes' },
		]);
		expect(findings.map(({ rule, what }) => [rule, what])).toEqual([['unpinned-action', 'some/action@v1']]);
	});

	test('Windows line ends and folded texts keep their places', () => {
		const text = workflowOf({
			steps: '- run: >-\n    echo one\n    two ${{ github.head_ref }}\n- run: "a \\" ${{ github.head_ref }}"',
		}).replaceAll('\n', '\r\n');
		const lines = text.split('\r\n');
		const found = readFile(text).findings.filter(({ rule }) => rule === 'template-injection');
		expect(found).toHaveLength(2);
		for (const { line, column } of found)
			expect(lines[line - 1]?.slice(column - 1)).toMatch(/^\$\{\{ github\.head_ref/);
	});
});

describe('what publishes', () => {
	const jobsOf = (publish: string, parts = {}) => readFile(workflowOf({ publish, ...parts }));
	const none = { job: 'permissions: {}' };
	test.each([
		'npm publish',
		'npm stage publish --access public',
		`npm publish --registry ${REGISTRY}/`,
		'npm publish --registry ${{ vars.REGISTRY }}',
		'cd dist && npm --workspace a publish',
		'pnpm -r publish --no-git-checks',
		'pnpm --filter a publish',
		'pnpm stage publish',
		'yarn npm publish',
		'yarn workspaces foreach -A npm publish',
		'bun publish',
		'npx lerna publish from-package --yes',
		'npx nx release --yes',
		'npx nx release publish',
		'npx np',
		'yarn release-it --ci',
		'npx --yes semantic-release@25',
		'pnpm exec changeset publish',
		'for p in *; do (cd "$p"; npm publish); done',
		'if [ -n "$A" ]; then npm publish; fi',
		'npx npm@11 publish',
	])('%s', (run) => {
		expect(jobsOf(`- run: |\n    ${run}`, none)).toMatchObject({ publishing: 'seen', jobs: [{ reach: 'publishes' }] });
	});

	test.each([
		['changesets/action', 'publish: pnpm release'],
		['changesets/action/publish', 'a: b'],
		['JS-DevTools/npm-publish', 'token: x'],
		['some/action', 'commands: npm publish *.tgz'],
	])('the action %s', (action, input) => {
		expect(jobsOf(`- uses: ${action}@${SHA}\n  with: {${input}}`, none).publishing).toBe('seen');
	});

	test.each([
		'npm publish --dry-run',
		'npm publish --registry https://npm.pkg.github.com',
		'pnpm publish -r --registry=https://npm.example.org/',
		'npx nx release version',
		'npx jsr publish',
		'npx pkg-pr-new publish',
		'cargo publish',
		'echo npm publish',
		'# npm publish',
		'npm run publish-docs-later && npm test',
		'npm pack',
		'deno publish',
	])('not: %s', (run) => {
		const { publishing, jobs, findings } = jobsOf(`- run: |\n    ${run}`, { ...none, on: 'pull_request_target:' });
		expect({ publishing, jobs, findings }).toEqual({ publishing: 'not-seen', jobs: [], findings: [] });
	});

	test.each([
		`- uses: changesets/action@${SHA}`,
		`- uses: changesets/action/version@${SHA}`,
		`- uses: some/action@${SHA}\n  with: {text: publish}`,
	])('not: the action %s', (step) => expect(jobsOf(step, none).publishing).toBe('not-seen'));

	test.each([
		'npm run release',
		'pnpm ci:publish',
		'node scripts/publish.mjs',
		'./release.sh',
		'make publish-all',
		'$VLT publish',
	])('perhaps, with the right to a token: %s', (run) => {
		const parts = (rights: string) => ({
			jobs: `other:\n  permissions: ${rights}\n  runs-on: ubuntu-24.04\n  steps: [{run: '${run}'}]`,
			job: 'if: false',
		});
		expect(readFile(workflowOf(parts('{id-token: write}'))).publishing).toBe('perhaps');
		expect(readFile(workflowOf(parts('{}'))).publishing).toBe('not-seen');
	});

	test('perhaps: a workflow that is called with a token of npm; it is named, and not followed', () => {
		const file = readFile(
			workflowOf({ job: 'uses: ./.github/workflows/x.yml\nsecrets: {TOKEN: "${{ secrets.NPM_TOKEN }}"}' }),
		);
		expect(file).toMatchObject({ publishing: 'perhaps', jobs: [{ id: 'publish', reach: 'may-publish' }] });
		expect(file.notFollowed).toMatchObject([{ uses: './.github/workflows/x.yml', line: 8, column: 11 }]);
	});

	test.each(['./.github/workflows/x.yml', `other/workflows/.github/workflows/x.yml@${SHA}`])(
		'perhaps: a workflow that is called with all secrets: %s',
		(uses) => {
			const file = readFile(workflowOf({ job: `uses: ${uses}\nsecrets: inherit` }));
			expect(file).toMatchObject({
				publishing: 'perhaps',
				jobs: [{ id: 'publish', reach: 'may-publish' }],
				notFollowed: [{ uses }],
			});
			// It is not known to publish, nor to have no token.
			expect(floorOf(file)).toMatchObject({
				'trusted-publishing': 'unseen',
				provenance: 'unseen',
				'no-publish-token': 'partly',
			});
		},
	);

	test('tests that are called with all secrets say nothing of the job that is seen to publish', () => {
		const jobs = 'test:\n  uses: ./.github/workflows/test.yml\n  secrets: inherit';
		const file = readFile(workflowOf({ jobs, job: 'needs: test\npermissions: {id-token: write}' }));
		expect(file.jobs.map(({ reach }) => reach)).toEqual(['may-publish', 'publishes']);
		expect(file).toMatchObject({ mintsToken: true, makesProvenance: true });
		expect(floorOf(file)).toMatchObject({ 'trusted-publishing': 'partly', 'no-publish-token': 'partly' });
		expect(readFile(workflowOf({ jobs, publish: '- run: npm stage publish' })).isStaged).toBe(true);
		expect(floorOf(readFile(workflowOf({ jobs, job: 'permissions: {}' })))['trusted-publishing']).toBe('missing');
	});

	test('a job that publishes elsewhere is none, whatever it is called', () => {
		const job = 'permissions: {id-token: write}';
		for (const publish of ['- run: npx jsr publish', '- uses: release-plz/action@v1'])
			expect(readFile(workflowOf({ job, publish })).publishing).toBe('not-seen');
		expect(readFile(workflowOf({ job, publish: '- uses: some/action@v1' })).publishing).toBe('perhaps');
	});
});

describe('what makes provenance', () => {
	const trusted = 'permissions: {id-token: write}';
	const step = (run: string, env = '{}') => `- run: ${run}\n  env: ${env}`;
	const token = '{NODE_AUTH_TOKEN: "${{ secrets.NPM_TOKEN }}"}';
	const on = "{NPM_CONFIG_PROVENANCE: 'true'}";
	const off = "{npm_config_provenance: 'false'}";
	const changesets = (publish: string) => `- uses: changesets/action@${SHA}\n  with: {publish: ${publish}}`;
	const action = (input: string) => `- uses: JS-DevTools/npm-publish@${SHA}\n  with: {${input}}`;

	const made: Record<string, Parameters<typeof workflowOf>[0]> = {
		'npm, by trusted publishing': { publish: step('npm publish') },
		'what calls npm': { publish: step('npx semantic-release && pnpm changeset publish && pnpm -r publish') },
		'an action that calls npm': { publish: action('access: public') },
		'a command of an action': { publish: changesets('pnpm changeset publish') },
		'npm, as it is told': { publish: step('npm publish --provenance --access public', token) },
		'npm, as its variable tells': { job: `${trusted}\nenv: ${on}`, publish: step('npm publish', token) },
		'the nearest variable': { job: `${trusted}\nenv: ${off}`, publish: step('npm publish', on) },
		'an option over a variable': { job: `${trusted}\nenv: ${off}`, publish: step('npm publish --provenance') },
		'a variable of one command': { publish: step('NPM_CONFIG_PROVENANCE=1 npm publish', token) },
		'an empty variable': { publish: step('npm publish', "{NPM_CONFIG_PROVENANCE: ''}") },
		'an input': { publish: action('provenance: true, token: "${{ secrets.A }}"') },
		'Yarn, as it is told': { publish: step('yarn npm publish --provenance') },
		"Yarn's variable": { publish: step('yarn npm publish', '{YARN_NPM_PUBLISH_PROVENANCE: true}') },
		'a script, as it is told': { publish: step('npm run release', on) },
	};
	test.each(Object.entries(made))('does: %s', (_name, parts) => {
		const file = readFile(workflowOf(parts));
		expect(file.makesProvenance).toBe(true);
		expect(floorOf(file).provenance).toBe('met');
	});

	const notShown: Record<string, Parameters<typeof workflowOf>[0]> = {
		'an option that says no': { publish: step('npm publish --provenance=false') },
		'an option with its value beside it': { publish: step('npm publish --provenance false --access public') },
		'its other form': { publish: step('npm publish --no-provenance') },
		'an option that decides elsewhere': { publish: step('npm publish --provenance=${{ inputs.with }}') },
		'a variable of the step': { publish: step('npm publish', "{NPM_CONFIG_PROVENANCE: 'false'}") },
		'a variable of the job': { job: `${trusted}\nenv: ${off}` },
		'a variable of the workflow': { top: 'permissions: {}\nenv: {Npm_Config_Provenance: 0}' },
		'a nearer variable': { job: `${trusted}\nenv: ${on}`, publish: step('npm publish', off) },
		'a variable of one command': { publish: step('NPM_CONFIG_PROVENANCE=false npm publish') },
		'a setting': { steps: '- run: npm config set provenance false' },
		'a line of .npmrc': { steps: '- run: echo "provenance=false" >> .npmrc' },
		'an input': { publish: action('provenance: false') },
		Bun: { publish: step('bun publish', on) },
		'Bun beside npm': { publish: `${step('npm publish')}\n${step('bun publish')}` },
		'Yarn, as nobody tells it': { publish: step('yarn npm publish') },
		"Yarn, by npm's variable": { publish: step('yarn npm publish', on) },
		'the first Yarn': { publish: step('yarn publish --provenance') },
		'a workflow that is called': {
			top: `permissions: {}\nenv: ${on}`,
			job: `${trusted}\nuses: ./.github/workflows/x.yml`,
		},
		'a script': { publish: step('npm run release') },
		'a script of an action': { publish: changesets('pnpm release') },
		'one of two jobs': {
			jobs: `canary:\n  runs-on: ubuntu-24.04\n  steps: [{run: npm publish, env: ${token}}]`,
			publish: step('npm publish --provenance'),
		},
		'by a token, as nobody tells it': { publish: step('npm publish', token) },
	};
	test.each(Object.entries(notShown))('is not seen to: %s', (_name, parts) => {
		const file = readFile(workflowOf(parts));
		expect(file.publishing).not.toBe('not-seen');
		expect(file.makesProvenance).toBe(false);
		expect(floorOf(file).provenance).toBe('unseen');
	});
});

describe('jobs that are read', () => {
	test('those that publish, can, or hand something on to them; nothing else', () => {
		const job = (id: string, fields: string, steps = '[]') =>
			`${id}:\n  runs-on: ubuntu-24.04\n  ${fields}\n  steps: ${steps}`;
		const text = workflowOf({
			jobs: [
				job('far', 'outputs: {a: b}'),
				job('writes', 'permissions: {contents: write}\n  needs: far'),
				job('uploads', 'needs: writes', `[{uses: actions/upload-artifact@${SHA}}]`),
				job('tests', 'needs: uploads', '[{run: npm test}]'),
				job('alone', 'outputs: {a: b}'),
				job('mints', 'permissions: {id-token: write}'),
				job('off', 'if: false\n  outputs: {a: b}'),
			].join('\n'),
			job: 'permissions: {id-token: write}\nneeds: [tests, off]',
		});
		expect(readFile(text).jobs.map(({ id, reach }) => `${id} ${reach}`)).toEqual([
			'far hands-on',
			'writes hands-on',
			'uploads hands-on',
			'mints mints-token',
			'publish publishes',
		]);
	});

	test('jobs that wait for each other, or for one that is absent, end', () => {
		const text = workflowOf({ jobs: 'a:\n  needs: [b, nowhere]\n  outputs: {a: b}\nb:\n  needs: a', job: 'needs: a' });
		expect(readFile(text).jobs.map(({ id }) => id)).toEqual(['a', 'publish']);
	});
});

describe('actions.lock', () => {
	const lockOf = (version: string, path = '.github/workflows/release.yml') =>
		`version: '${version}'\nworkflows:\n    '${path}':\n        - 'some/action@v1'\ndependencies:\n    'some/action@v1':\n        ref: 'v1'\n        commit: 'sha1-${SHA}'\n`;
	const text = workflowOf({
		steps: '- uses: Some/Action@v1\n- uses: some/action/sub@v1\n- uses: some/action@v2',
		jobs: 'build:\n  uses: some/action@v1',
		job: 'needs: build',
	});
	const kinds = (lock?: string, file?: string) => foundBy('unpinned-action', readFile(text, lock, file)).length;

	test('counts for the workflows that it lists, for actions, by reference', () => {
		expect(kinds()).toBe(4);
		// The reusable workflow and the other version are left.
		expect(kinds(lockOf('v0.0.2'))).toBe(2);
		expect(kinds(lockOf('v0.0.2'), 'C:\\repo\\.github\\workflows\\release.yml')).toBe(2);
		expect(kinds(lockOf('v0.0.2', '.github/workflows/other.yml'))).toBe(4);
	});
	test('pins nothing in another version, without a commit, or in another form', () => {
		expect(kinds(lockOf('v0.0.3'))).toBe(4);
		expect(kinds(lockOf('v0.0.2').replace('sha1-', ''))).toBe(4);
		expect(kinds('- a\n- b\n')).toBe(4);
	});
	test('that is no YAML is refused', () => {
		expect(parseLock('a: [')).toMatchObject({ ok: false, failure: { code: 'not-yaml', line: 1 } });
	});
});

test('a rule gives at most 1,000 findings of a file, and says so', () => {
	const file = readFile(workflowOf({ steps: '- uses: some/action@v1\n'.repeat(1_200) }));
	expect(foundBy('unpinned-action', file)).toHaveLength(1_000);
	expect(file.isCut).toBe(true);
	expect(readFile(workflowOf()).isCut).toBe(false);
});
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: GitHub's expressions
