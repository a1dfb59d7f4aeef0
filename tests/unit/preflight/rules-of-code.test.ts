/** Tests of the rules on whose code runs: actions, triggers, caches, text in scripts, scripts from elsewhere. `#!kind` marks what is found. */
// biome-ignore-start lint/suspicious/noTemplateCurlyInString: GitHub's expressions
import { describe, expect, test } from 'vitest';
import type { RuleId } from '../../../lib/preflight/rule-kinds.ts';
import { foundBy, markedIn, type Parts, readFile, SHA, workflowOf } from '../../fixtures/workflows.ts';

type Cases = Partial<Record<RuleId, { found: Record<string, Parts>; not: Record<string, Parts> }>>;

const CASES: Cases = {
	'unpinned-action': {
		found: {
			'a branch': { steps: '- uses: some/action@main #!branch\n- uses: some/action/sub@feature/x #!branch' },
			'a tag, of others and of GitHub': {
				steps:
					'- uses: some/action@v1.2.3 #!tag\n- uses: actions/checkout@v7 #!tag-of-github\n- uses: some/action@tag=v2 #!tag',
			},
			'no ref at all': { steps: '- uses: some/action #!no-ref' },
			'an image, in a step and of the job': {
				job: 'permissions:\n  id-token: write\ncontainer: node:24 #!image',
				steps: '- uses: docker://alpine:3 #!image',
			},
			'an anchor that is used twice has one place': {
				jobs: 'build:\n  runs-on: ubuntu-24.04\n  outputs: {a: b}\n  steps:\n    - &step\n      uses: some/action@v1 #!tag',
				job: 'needs: build',
				steps: '- *step',
			},
			'a reusable workflow': {
				jobs: 'build:\n  uses: some/repo/.github/workflows/build.yml@v1 #!tag',
				job: 'needs: [build]',
			},
		},
		not: {
			'a commit': { steps: `- uses: some/action@${SHA} # v1\n- uses: docker://alpine@sha256:${'a'.repeat(64)}` },
			'a file of the same repository': { steps: '- uses: ./.github/actions/setup\n- uses: $/.github/actions/setup' },
			'a job or step that never runs': {
				steps: '- uses: some/action@main\n  if: false',
				jobs: 'build:\n  if: ${{ false }}\n  runs-on: ubuntu-24.04\n  outputs: {a: b}\n  steps: [{uses: some/action@main}]',
				job: 'needs: build',
			},
			'a job that cannot reach what is published': {
				jobs: 'lint:\n  runs-on: ubuntu-24.04\n  steps: [{uses: some/action@main}]\ntest:\n  runs-on: ubuntu-24.04\n  steps: [{uses: some/action@main}]',
				job: 'needs: test',
			},
		},
	},
	'dangerous-trigger': {
		found: {
			'as a map': { on: 'pull_request_target: #!pull_request_target\nworkflow_run: #!workflow_run\n  workflows: [ci]' },
			'among others': { on: 'push:\nissue_comment: #!issue_comment\n  types: [created]' },
			'with a filter of branches': { on: 'workflow_run: #!workflow_run\n  workflows: [ci]\n  branches: [main]' },
		},
		not: {
			'a release': {},
			'by hand, or on a schedule': { on: 'workflow_dispatch:\nschedule: [{cron: "0 0 * * 0"}]' },
			'a file in which nothing publishes': {
				on: 'pull_request_target:',
				job: 'permissions: {}',
				publish: '- run: npm test',
			},
			'the name of a branch': { on: 'push:\n  branches: [pull_request_target]' },
		},
	},
	'cache-in-release': {
		found: {
			'restored in the publishing job': {
				steps: `- uses: actions/cache@${SHA} #!restored\n- uses: actions/cache/restore@${SHA} #!restored\n- uses: Swatinem/rust-cache@${SHA} #!restored`,
			},
			'by an input of another action': {
				steps: `- uses: actions/setup-node@${SHA} #!restored v4.0.0\n  with: {cache: npm}\n- uses: ruby/setup-ruby@${SHA} #!restored\n  with: {bundler-cache: true}`,
			},
			'by setup-node itself': {
				steps: `- uses: actions/setup-node@v6 #!automatic\n- uses: actions/setup-node@${SHA} #!automatic`,
			},
			'in a job that hands something on, or under a condition': {
				jobs: `build:\n  runs-on: ubuntu-24.04\n  steps:\n    - uses: actions/cache@${SHA} #!handed-on\n    - uses: actions/upload-artifact@${SHA}`,
				job: 'needs: build',
				steps:
					"- uses: actions/setup-node@v4 #!conditional\n  with:\n    cache: ${{ github.ref_type != 'tag' && 'npm' || '' }}",
			},
			'where the cache may only be read': {
				top: 'cache-mode: read',
				steps: `- uses: actions/cache@${SHA} #!read-only`,
			},
		},
		not: {
			'switched off': {
				steps: `- uses: actions/setup-node@v7\n  with: {package-manager-cache: false}\n- uses: actions/cache@${SHA}\n  with: {lookup-only: true}`,
			},
			'saved only': { steps: `- uses: actions/cache/save@${SHA}` },
			'by the mode of the workflow or the job': {
				top: 'cache-mode: write',
				job: 'cache-mode: none',
				steps: `- uses: actions/cache@${SHA}\n- uses: actions/setup-node@v7`,
			},
			'setup-node 4 without the input': { steps: '- uses: actions/setup-node@v4\n  with: {node-version: 24}' },
		},
	},
	'template-injection': {
		found: {
			'in a script': { steps: '- run: |\n    echo one\n    echo "${{ github.event.issue.title }}" #!text' },
			'spelled otherwise': {
				steps:
					"- run: echo ${{ github['event'].pull_request['head'].ref }} #!text\n- run: echo ${{ GitHub.Head_Ref || 'x' }} #!text",
			},
			'in the script of an action': {
				steps: `- uses: actions/github-script@${SHA}\n  with:\n    script: |\n      console.log("\${{ github.event.comment.body }}") #!text`,
			},
			'through a variable': {
				job: 'env:\n  TITLE: ${{ github.event.pull_request.title }}',
				steps: '- run: echo "${{ env.TITLE }}" #!through-env',
			},
			'the whole event': { steps: "- run: echo '${{ toJSON(github.event) }}' #!whole-event" },
			'any of a list': { steps: "- run: echo ${{ join(github.event.commits.*.message, ' ') }} #!text" },
		},
		not: {
			'numbers, commits, names of repositories': {
				steps:
					'- run: echo ${{ github.event.pull_request.number }} ${{ github.sha }} ${{ github.event.pull_request.head.sha }} ${{ github.repository }}',
			},
			'through a variable of the shell': {
				steps: '- run: echo "$TITLE"\n  env:\n    TITLE: ${{ github.event.issue.title }}',
			},
			'in a condition, or in quotes of an expression': {
				steps: "- run: echo ${{ contains('github.event.issue.title', 'x') }}\n  if: github.event.issue.title == 'x'",
			},
			'in a job that is not read': {
				jobs: 'lint:\n  runs-on: ubuntu-24.04\n  steps: [{run: "echo ${{ github.head_ref }}"}]',
			},
		},
	},
	'pipe-to-shell': {
		found: {
			'a pipe': {
				steps:
					'- run: |\n    curl -sSf https://a.test/i.sh | sh #!piped\n    wget -qO- https://a.test/i.sh | sudo -E bash - #!piped',
			},
			'commands within commands': {
				steps:
					'- run: |\n    bash <(curl -s https://a.test/i.sh) #!piped\n    sh -c "$(curl -fsSL https://a.test/i.sh)" #!piped\n    eval `curl https://a.test/i.sh` #!piped',
			},
			PowerShell: { steps: '- run: irm https://a.test/i.ps1 | iex #!piped' },
			'over two lines': {
				steps: '- run: |\n    curl -o x \\\n      https://a.test/x\n    curl https://a.test/i.sh | #!piped\n      bash',
			},
		},
		not: {
			'into a file, or another program': {
				steps: '- run: |\n    curl -o i.sh https://a.test/i.sh\n    curl https://a.test/x.json | jq .name',
			},
			'a program of its own': {
				steps: "- run: curl https://a.test/x.json | node -p 'JSON.parse(x)' && curl https://a.test | python3 read.py",
			},
			'in a comment or a text': {
				steps: '- run: |\n    # curl https://a.test | sh\n    echo "curl https://a.test | sh"',
			},
			'either of two': { steps: '- run: curl https://a.test || sh fallback.sh' },
		},
	},
	'input-reaches-publish': {
		found: {
			'into a script': {
				on: 'workflow_dispatch:\n  inputs:\n    tag: {type: string}',
				publish: '- run: npm publish --tag ${{ inputs.tag }} #!script',
			},
			'as what is checked out': {
				on: 'workflow_dispatch:\n  inputs:\n    ref: {description: what}',
				steps: `- uses: actions/checkout@${SHA}\n  with:\n    ref: \${{ github.event.inputs.ref }} #!ref`,
			},
			'from another system': {
				on: 'repository_dispatch:',
				steps: '- run: git checkout ${{ github.event.client_payload.sha }} #!payload',
			},
			'as an argument': {
				on: 'workflow_call:\n  inputs:\n    tag: {type: string}',
				publish: '- run: npm publish --tag "$TAG"\n  env:\n    TAG: ${{ inputs.tag }} #!argument',
			},
		},
		not: {
			'one of a few words': {
				on: 'workflow_dispatch:\n  inputs:\n    tag: {type: choice, options: [latest, next]}\n    dry: {type: boolean}',
				publish: '- run: npm publish --tag ${{ inputs.tag }} ${{ inputs.dry }}',
			},
			'only compared': {
				on: 'workflow_dispatch:\n  inputs:\n    kind: {type: string}',
				publish: "- run: npm publish ${{ inputs.kind == 'next' && '--tag next' || '' }}",
			},
			'in a condition': {
				on: 'workflow_dispatch:\n  inputs:\n    kind: {type: string}',
				publish: "- run: npm publish\n  if: inputs.kind == 'x'",
			},
		},
	},
};

describe.each(Object.entries(CASES) as [RuleId, { found: Record<string, Parts>; not: Record<string, Parts> }][])(
	'%s',
	(rule, { found, not }) => {
		test.each(Object.entries(found))('finds: %s', (_name, parts) => {
			const text = workflowOf(parts);
			expect(markedIn(text).length).toBeGreaterThan(0);
			expect(foundBy(rule, readFile(text))).toEqual(markedIn(text));
		});
		test.each(Object.entries(not))('does not find: %s', (_name, parts) => {
			expect(foundBy(rule, readFile(workflowOf(parts)))).toEqual([]);
		});
	},
);

test('a workflow without faults has no finding', () => expect(readFile(workflowOf()).findings).toEqual([]));
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: GitHub's expressions
