/** Owns `stamp-of-origin`: which command the first word names, `--help` and `--version`. Importing it runs nothing. */
import { AUDIT } from './audit.ts';
import { INSPECT } from './inspect.ts';
import { PREFLIGHT } from './preflight.ts';
import { type Command, exitOnSignals, runCommand, suggest, UsageError } from './usage.ts';
import { VERIFY_BUNDLE } from './verify-bundle.ts';
import { VERSION } from './version.ts';

/** Every command. */
export const COMMANDS: readonly Command[] = [INSPECT, AUDIT, PREFLIGHT, VERIFY_BUNDLE];

/** What `stamp-of-origin --help` prints. */
export const MAIN_HELP = `Says where packages of npm were published from: checks provenance on this machine.

Usage: stamp-of-origin COMMAND ...

Commands
${COMMANDS.map(({ name, help }) => `  ${name.padEnd(16)}${help.slice(0, help.indexOf('\n')).split(/[:,.]/)[0]}`).join('\n')}

Options
  --help                  print this; after a command, what that one does
  --version               print the version

Exit codes
  0    done, or the help or version was printed
  1    a word of --fail-on holds, or a bundle does not hold
  2    bad usage, or a file that cannot be read; one line on the error stream says what and where
  130  interrupted (Ctrl-C)`;

/** A command's help as it is called here: the documents call the scripts of a clone. */
export function helpOf({ name, help }: Command): string {
	return help.replaceAll(`npm run -s ${name} --`, `stamp-of-origin ${name}`);
}

/** Runs the command that the words name, as the program of this process. @param argv without the program's own name. */
export async function runMain(argv: readonly string[]): Promise<void> {
	exitOnSignals();
	const [word, ...rest] = argv;
	const command = COMMANDS.find(({ name }) => name === word);
	if (command) return runCommand(helpOf(command), command.run, rest);
	await runCommand(MAIN_HELP, async () => console.log(answerMain(word)), [...argv]);
}

/** What is printed where no command is named. @throws UsageError where the word is none. */
function answerMain(word: string | undefined): string {
	if (word === '--version' || word === '-v') return VERSION;
	const names = COMMANDS.map(({ name }) => name);
	if (word === undefined) throw new UsageError(`name a command: ${names.join(', ')}`);
	if (word.startsWith('-')) throw new UsageError(`there is no option ${word.slice(0, 100)} before a command`);
	throw new UsageError(`there is no command ${word.slice(0, 100)}: ${names.join(', ')}.${suggest(word, names)}`);
}
