/** Tests of the rules on rights and secrets: permissions, tokens, machines, credentials, environments, installs. `#!kind` marks what is found. */
// biome-ignore-start lint/suspicious/noTemplateCurlyInString: GitHub's expressions
import { describe, expect, test } from 'vitest';
import type { RuleId } from '../../../lib/preflight/rule-kinds.ts';
import { foundBy, markedIn, type Parts, readFile, SHA, workflowOf } from '../../fixtures/workflows.ts';

const CHECKOUT = `- uses: actions/checkout@${SHA}`;
const TWO_JOBS = 'build:\n  runs-on: ubuntu-24.04\n  steps: [{run: npm test}]';

const CASES: Partial<Record<RuleId, { found: Record<string, Parts>; not: Record<string, Parts> }>> = {
	'broad-permissions': {
		found: {
			'all rights': { top: 'permissions: write-all #!write-all', job: '' },
			'all rights of the job': { job: 'permissions: write-all #!write-all' },
			'nothing said': { top: '', job: '', mark: ' #!unsaid' },
			'the right to a token for all jobs': {
				top: 'permissions:\n  id-token: write #!token-for-all\n  contents: write #!writes',
				job: '',
				jobs: TWO_JOBS,
			},
			'more than two rights to write': {
				job: 'permissions:\n  contents: write #!writes\n  issues: write\n  pull-requests: write\n  id-token: write',
			},
		},
		not: {
			'rights of the job': { job: 'permissions:\n  contents: write\n  id-token: write' },
			'read only above all jobs': {
				top: 'permissions:\n  contents: read',
				job: 'permissions: {id-token: write}',
				jobs: TWO_JOBS,
			},
			'the right to a token, where there is one job': { top: 'permissions:\n  id-token: write', job: '' },
			'a job that is not read': {
				jobs: 'test:\n  permissions: {contents: write, issues: write, checks: write}\n  runs-on: ubuntu-24.04\n  steps: []',
			},
		},
	},
	'publish-token': {
		found: {
			'in the step': {
				job: 'permissions: {}',
				publish: '- run: npm publish\n  env:\n    NODE_AUTH_TOKEN: ${{ secrets.WHATEVER }} #!token',
			},
			'beside the right to a short-lived one': {
				publish: '- run: npm publish --provenance\n  env:\n    NPM_TOKEN: ${{ secrets.npm_token }} #!beside-id-token',
			},
			'written into a file': {
				job: 'permissions: {}',
				steps:
					'- run: |\n    echo hello\n    echo "//r.test/:_authToken=${{ secrets.NPM_AUTH_TOKEN }}" > .npmrc #!token',
			},
			'written into a file, whatever it is called': {
				steps:
					'- run: |\n    echo "//r.test/:_authToken=${{ secrets.REGISTRY }}" > .npmrc #!beside-id-token\n- run: npm config set //r.test/:_authToken "${{ secrets.OTHER }}" #!beside-id-token',
			},
			'written into a file, from a variable of the step': {
				steps:
					'- run: npm config set //r.test/:_authToken "$TOKEN"\n  env:\n    TOKEN: ${{ secrets.REGISTRY }} #!beside-id-token',
			},
			'written into a file, from variables of job and workflow': {
				top: 'permissions: {}\nenv:\n  ABOVE: ${{ secrets.A }} #!token',
				job: 'env:\n  HERE: ${{ secrets.B }} #!token',
				steps: '- run: echo "//r.test/:_authToken=${HERE}" > .npmrc\n- run: echo "//s.test/:_authtoken=$env:ABOVE"',
			},
			'as the whole of a file': {
				steps: `- uses: some/action@${SHA}\n  with:\n    npmrc: "//r.test/:_authToken=\${{ secrets.A }}" #!beside-id-token`,
			},
			'above all jobs, of which one only hands something on': {
				top: 'permissions: {}\nenv:\n  NPM_TOKEN: ${{ secrets.A }} #!beside-id-token',
				jobs: 'build:\n  runs-on: ubuntu-24.04\n  outputs: {a: b}\n  steps: []',
				job: 'permissions: {id-token: write}\nneeds: build',
			},
			'as an input, and above all jobs': {
				top: 'permissions: {}\nenv:\n  NPM_TOKEN: ${{ secrets.A }} #!beside-id-token',
				publish: `- uses: JS-DevTools/npm-publish@${SHA}\n  with:\n    token: \${{ secrets.B }} #!beside-id-token`,
			},
			'handed to a workflow that is called': {
				job: 'uses: ./.github/workflows/publish.yml\nsecrets:\n  TOKEN: ${{ secrets.NPM_TOKEN }} #!token',
			},
		},
		not: {
			"GitHub's own token": { publish: '- run: npm publish\n  env:\n    NODE_AUTH_TOKEN: ${{ secrets.GITHUB_TOKEN }}' },
			'a token to read packages, in a job that only hands something on': {
				jobs: `build:\n  runs-on: ubuntu-24.04\n  steps:\n    - run: npm ci --ignore-scripts\n      env: {NODE_AUTH_TOKEN: "\${{ secrets.NPM_READ_TOKEN }}"}\n    - uses: actions/upload-artifact@${SHA}`,
				job: 'permissions: {id-token: write}\nneeds: build',
			},
			"GitHub's own token, written into a file": {
				steps: '- run: echo "//npm.test/:_authToken=${{ secrets.GITHUB_TOKEN }}" > .npmrc',
			},
			'a variable of the job that the script does not name': {
				job: 'permissions: {id-token: write}\nenv: {HOOK: "${{ secrets.HOOK }}"}',
				steps: '- run: echo "//npm.test/:_authToken=$WEBHOOK" > .npmrc',
			},
			'a secret of another step': {
				steps:
					'- run: echo "//npm.test/:_authToken=$GITHUB_TOKEN" > .npmrc\n- run: ./tell\n  env: {HOOK: "${{ secrets.HOOK }}"}',
			},
			'a token for something else': {
				steps: '- run: gh release create\n  env:\n    GH_TOKEN: ${{ secrets.RELEASE_PAT }}',
			},
			'the dummy of setup-node': {
				steps: `- uses: actions/setup-node@${SHA} # v6.0.0\n  with: {registry-url: "https://r.test", package-manager-cache: false}`,
			},
		},
	},
	'self-hosted-runner': {
		found: {
			'by its label': { job: 'permissions: {id-token: write}\nruns-on: [self-hosted, linux] #!self-hosted' },
			'by a group': { job: 'permissions: {id-token: write}\nruns-on:\n  group: ours #!group' },
			'by a label of others, or a larger one': {
				job: 'permissions: {id-token: write}\nruns-on: depot-ubuntu-24.04-16 #!other-label',
			},
			'by a matrix': {
				job: 'permissions: {id-token: write}\nruns-on: ${{ matrix.os }}\nstrategy:\n  matrix:\n    os:\n      - ubuntu-latest\n      - self-hosted #!self-hosted',
			},
			'by the rows of a matrix, and an expression': {
				jobs: 'build:\n  runs-on: ${{ matrix.settings.host }}\n  outputs: {a: b}\n  strategy:\n    matrix:\n      settings:\n        - host: windows-2025\n        - {host: buildjet-4vcpu} #!other-label\n  steps: []',
				job: 'permissions: {id-token: write}\nneeds: build\nruns-on: ${{ vars.RUNNER }} #!expression',
			},
		},
		not: {
			"GitHub's own": { job: 'permissions: {id-token: write}\nruns-on: macos-15-xlarge' },
			'a matrix of these': {
				job: 'permissions: {id-token: write}\nruns-on: ${{ matrix.os }}\nstrategy:\n  matrix:\n    os: [ubuntu-latest, windows-11-arm, macos-13]\n    include: [{os: ubuntu-24.04-arm}]',
			},
			'one of two': {
				job: "permissions: {id-token: write}\nruns-on: ${{ github.ref_type == 'tag' && 'ubuntu-latest' || 'macos-latest' }}",
			},
		},
	},
	'persisted-credentials': {
		found: {
			'a token that can write': {
				job: 'permissions: {contents: write, id-token: write}',
				steps: `${CHECKOUT} #!write`,
			},
			'a token that can read': {
				job: 'permissions: {contents: read, id-token: write}',
				steps: `${CHECKOUT} #!read\n  with: {fetch-depth: 0}`,
			},
			'nothing said of rights': {
				top: '',
				job: 'env: {A: "${{ secrets.NPM_TOKEN }}"}',
				steps: `${CHECKOUT} #!unknown`,
			},
			"a token or key of the project's own": {
				steps: `${CHECKOUT} #!own-token\n  with:\n    token: \${{ secrets.PAT }}\n${CHECKOUT} #!own-token\n  with:\n    ssh-key: \${{ secrets.KEY }}`,
			},
		},
		not: {
			'not kept': { steps: `${CHECKOUT}\n  with: {persist-credentials: false}` },
			'not kept, as a text': { steps: `${CHECKOUT}\n  with:\n    Persist-Credentials: "false"` },
			'read only, where nothing is published': {
				jobs: `build:\n  permissions: {contents: read}\n  runs-on: ubuntu-24.04\n  outputs: {a: b}\n  steps:\n    ${CHECKOUT}`,
				job: 'permissions: {id-token: write}\nneeds: build',
			},
			'another action': { steps: `- uses: some/checkout@${SHA}` },
		},
	},
	'no-environment': {
		found: {
			'an empty name': { job: 'environment: ""\npermissions: {id-token: write}', mark: ' #!none' },
			'two jobs': { jobs: 'canary: #!none\n  runs-on: ubuntu-24.04\n  steps: [{run: pnpm -r publish}]' },
			'staged, and straight': {
				job: 'environment: ""\npermissions: {id-token: write}',
				publish: '- run: npm stage publish || npm publish',
				mark: ' #!none',
			},
			'by another tool': { jobs: 'next: #!none\n  runs-on: ubuntu-24.04\n  steps: [{run: npx semantic-release}]' },
		},
		not: {
			'by its name': { job: 'environment: release' },
			'what is staged': { job: 'environment: ""\npermissions: {id-token: write}', publish: '- run: npm stage publish' },
			'as a map': { job: 'environment:\n  name: npm\n  url: https://a.test' },
			'a job that does not publish': {
				jobs: 'build:\n  runs-on: ubuntu-24.04\n  outputs: {a: b}\n  steps: []',
				job: 'needs: build',
			},
		},
	},
	'inherited-secrets': {
		found: {
			'the job that may publish': {
				job: 'permissions: {id-token: write}\nuses: ./.github/workflows/publish.yml\nsecrets: inherit #!all',
			},
			'a job that is waited for': {
				jobs: 'build:\n  uses: ./.github/workflows/build.yml\n  secrets: inherit #!all',
				job: 'needs: build',
			},
			'without the right to a token, where nothing else publishes': {
				job: 'uses: ./.github/workflows/publish.yml\nsecrets: inherit #!all',
			},
			'a job that nobody waits for': { jobs: 'test:\n  uses: ./.github/workflows/test.yml\n  secrets: inherit #!all' },
			'of another repository': {
				jobs: `build:\n  uses: some/repo/.github/workflows/build.yml@${SHA}\n  secrets: inherit #!all`,
				job: 'needs: build',
			},
		},
		not: {
			'named ones': {
				jobs: 'build:\n  uses: ./.github/workflows/build.yml\n  secrets: {A: "${{ secrets.A }}"}',
				job: 'needs: build',
			},
			none: { jobs: 'build:\n  uses: ./.github/workflows/build.yml', job: 'needs: build' },
			'a job that nobody waits for': { jobs: 'test:\n  uses: ./.github/workflows/test.yml' },
			'a step': { steps: `- uses: some/action@${SHA}\n  secrets: inherit` },
		},
	},
	'install-scripts-with-id-token': {
		found: {
			npm: { steps: '- run: npm ci #!npm\n- run: CI=1 npm --loglevel error install #!npm' },
			'yarn and pnpm': {
				steps:
					'- run: |\n    yarn #!yarn\n    yarn install --immutable #!yarn\n    corepack pnpm i --frozen-lockfile #!by-version',
			},
			'a program outside of the lockfile': { steps: '- run: sudo npm install -g npm@latest #!global' },
			'behind others': { steps: '- run: |\n    cd lib && npm ci #!npm\n    if true; then npm i; fi #!npm' },
		},
		not: {
			'without scripts': {
				steps: '- run: npm ci --ignore-scripts\n- run: yarn --mode=skip-build\n- run: yarn --version',
			},
			'switched off by a variable': {
				steps: '- run: npm ci',
				top: 'permissions: {}\nenv:\n  npm_config_ignore_scripts: true',
			},
			'without the right to a token': {
				jobs: 'build:\n  runs-on: ubuntu-24.04\n  outputs: {a: b}\n  steps: [{run: npm ci}]',
				job: 'permissions: {id-token: write}\nneeds: build',
			},
			bun: { steps: '- run: bun install\n- run: npm run install-browsers\n- run: npm version patch' },
		},
	},
};

describe.each(Object.entries(CASES) as [RuleId, { found: Record<string, Parts>; not: Record<string, Parts> }][])(
	'%s',
	(rule, { found, not }) => {
		test.each(Object.entries(found))('finds: %s', (_name, parts) => {
			const text = workflowOf(parts);
			const marked = markedIn(text);
			expect(foundBy(rule, readFile(text))).toEqual(marked);
			expect(marked.length).toBeGreaterThan(0);
		});
		test.each(Object.entries(not))('does not find: %s', (_name, parts) => {
			expect(foundBy(rule, readFile(workflowOf(parts)))).toEqual([]);
		});
	},
);
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: GitHub's expressions
