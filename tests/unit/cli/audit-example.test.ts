/** Tests of the workflows in docs/audit.md: our own Preflight finds nothing in them, their actions are those that we use, their commands parse. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { describe, expect, test } from 'vitest';
import { AUDIT_OPTIONS } from '../../../cli/audit.ts';
import { preflight } from '../../../lib/preflight/run.ts';
import { parseWorkflow } from '../../../lib/preflight/workflow.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const read = (path: string) => readFileSync(`${root}${path}`, 'utf8');
const examples = [...read('docs/audit.md').matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, text = '']) => text);
const own = readdirSync(`${root}.github/workflows`).map((name) => read(`.github/workflows/${name}`));
const { version } = JSON.parse(read('package.json'));

test('there are two', () => expect(examples).toHaveLength(2));

describe.each(examples.map((text) => [/^name: (.+)$/m.exec(text)?.[1], text] as const))('%s', (_name, text) => {
	test('nothing is found in it, also if its jobs were to publish', () => {
		// Only jobs that publish are read, so each gets a step that does.
		const publishing = text.replaceAll(/^( +)steps:$/gm, '$1environment: npm\n$1steps:\n$1  - run: npm publish');
		for (const one of [text, publishing]) {
			const result = preflight({ file: 'audit.yml', text: one }, undefined);
			expect(result.ok && result.value.findings).toEqual([]);
		}
		const result = preflight({ file: 'audit.yml', text: publishing }, undefined);
		expect(result.ok && result.value.publishing).toBe('seen');
	});

	test('has time limits and rights for single jobs, and actions that our own workflows use', () => {
		const parsed = parseWorkflow(text);
		if (!parsed.ok) throw new Error(parsed.failure.code);
		const { jobs, permissions } = parsed.workflow;
		expect(permissions).toMatchObject({ all: '', scopes: new Map() });
		expect(text.match(/^ {4}timeout-minutes: \d+$/gm)).toHaveLength(jobs.length);
		const actions = text.match(/uses: .+$/gm) ?? [];
		expect(actions.length).toBeGreaterThan(1);
		for (const action of actions)
			expect(
				own.some((workflow) => workflow.includes(`${action}\n`)),
				action,
			).toBe(true);
	});

	test('its commands are of this version, and their options are known', () => {
		const programs = text.match(/stamp-of-origin@\S+ audit/g) ?? [];
		for (const program of programs) expect(program).toBe(`stamp-of-origin@${version} audit`);
		const commands = [...text.matchAll(/(?:\$AUDIT|stamp-of-origin@\S+ audit) ([^\n>]*\S)/g)].map(
			([, args = '']) => args,
		);
		expect(commands.length).toBeGreaterThan(1);
		for (const args of commands) {
			const words = args.replaceAll('"', '').split(/\s+/);
			expect(() => parseArgs({ args: words, allowPositionals: true, options: AUDIT_OPTIONS }), args).not.toThrow();
		}
	});
});
