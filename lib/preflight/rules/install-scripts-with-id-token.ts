/** Owns the rule `install-scripts-with-id-token`: scripts of dependencies run where a token for publishing can be had. Pure. */

import type { ReachingJob } from '../publishing.ts';
import { levelOf } from '../publishing.ts';
import type { Rule } from '../rule.ts';
import type { KindOf } from '../rule-kinds.ts';
import { bareWords, type Command, commandsIn, plainWords } from '../shell.ts';
import type { Step, Workflow } from '../workflow.ts';

export const installScriptsWithIdToken: Rule<'install-scripts-with-id-token'> = {
	id: 'install-scripts-with-id-token',
	*find({ workflow, jobs }) {
		for (const job of jobs) {
			if (levelOf(job, workflow, 'id-token') !== 'write') continue;
			for (const step of job.steps) {
				const script = step.run;
				if (!script || isSwitchedOff([step, job, workflow])) continue;
				for (const command of commandsIn(script)) {
					const kind = installOf(command);
					if (kind)
						yield { kind, at: { text: script, index: command.index }, what: command.words.join(' '), job, step };
				}
			}
		}
	},
};

/** Variables that keep npm, pnpm or yarn from running scripts. */
function isSwitchedOff(parts: readonly Pick<Step | ReachingJob | Workflow, 'env'>[]): boolean {
	return parts.some(({ env }) =>
		env.some(({ key, value }) => {
			const name = key.text.toLowerCase().replaceAll('-', '_');
			if (name === 'npm_config_ignore_scripts') return value.text.trim() === 'true';
			return name === 'yarn_enable_scripts' && /^(?:false|0)$/.test(value.text.trim());
		}),
	);
}

/** Whether a command installs packages whose scripts run. bun runs only those that package.json lists. */
function installOf(command: Command): KindOf<'install-scripts-with-id-token'> | undefined {
	const words = bareWords(command);
	const [program = '', ...rest] = words;
	if (!/^(?:npm|pnpm|yarn)$/.test(program) || rest.some(isNoScripts)) return undefined;
	const [, verb = ''] = plainWords(words);
	const isGlobal = rest.some((word) => word === '-g' || word === '--global') || verb === 'global';
	if (program === 'yarn' && rest.every((word) => word.startsWith('-')))
		return rest.some((word) => /^--?(?:v|version|help)$/.test(word)) ? undefined : 'yarn';
	if (!/^(?:ci|i|install|add|clean-install|install-clean|global|isntall|it|cit|install-test)$/.test(verb))
		return undefined;
	if (isGlobal) return 'global';
	if (program === 'pnpm') return 'by-version';
	return program === 'yarn' ? 'yarn' : 'npm';
}

function isNoScripts(word: string): boolean {
	return /^--(?:ignore-scripts(?:=true)?|mode=skip-build|lockfile-only|package-lock-only|dry-run)$/.test(word);
}
