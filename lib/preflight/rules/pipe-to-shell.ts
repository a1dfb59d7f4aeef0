/** Owns the rule `pipe-to-shell`: a script that is fetched from elsewhere and run at once. Pure. */
import type { Rule } from '../rule.ts';
import { bareWords, type Command, commandsIn } from '../shell.ts';

export const pipeToShell: Rule<'pipe-to-shell'> = {
	id: 'pipe-to-shell',
	*find({ jobs }) {
		for (const job of jobs)
			for (const step of job.steps) {
				const script = step.run;
				if (!script || !FETCHES_ANYWHERE.test(script.text)) continue;
				const commands = commandsIn(script);
				for (const [at, command] of commands.entries()) {
					if (!isFetch(command) || !isRun(command, commands[at + 1])) continue;
					const what = [...command.words, ...(command.within ? [] : ['|', ...(commands[at + 1]?.words ?? [])])].join(
						' ',
					);
					yield { kind: 'piped', at: { text: script, index: command.index }, what, job, step };
				}
			}
	},
};

const FETCHES_ANYWHERE = /\b(?:curl|wget|iwr|irm|Invoke-WebRequest|Invoke-RestMethod)\b/i;
const FETCHERS = /^(?:curl|wget|iwr|irm|invoke-webrequest|invoke-restmethod)$/i;
/** What runs its input. */
const SHELLS =
	/^(?:.*\/)?(?:sh|bash|zsh|dash|ksh|fish|node|deno|python3?|ruby|perl|php|pwsh|powershell|iex|invoke-expression)$/i;

function isFetch(command: Command): boolean {
	const [program = ''] = bareWords(command);
	return FETCHERS.test(program);
}

/** Whether what a command fetches is run: by a shell behind a pipe, or by the command that waits for it. */
function isRun({ within }: Command, next: Command | undefined): boolean {
	if (within) {
		const [program = '', ...words] = bareWords(within);
		const isGivenToShell = SHELLS.test(program) && words.some((word) => word.includes('$()'));
		return isGivenToShell || /^(?:eval|source|\.|iex|invoke-expression)$/i.test(program);
	}
	if (!next?.isPiped) return false;
	const [program = '', ...words] = bareWords(next);
	// A program of its own in the command line (`node -e ...`, `python -c ...`) reads its input, and does not run it.
	const hasOwnProgram = words.some((word) => /^-(?:e|p|c|pe|ne|m|-eval|-print|command)$/i.test(word));
	const isFile = /^(?:node|deno|python3?|ruby|perl|php)$/i.test(program) && words.some((word) => !word.startsWith('-'));
	return SHELLS.test(program) && !hasOwnProgram && !isFile;
}
