/** Tests of `stamp-of-origin` as a process: subcommands, --help, --version, and what is no command; the npm package is tested by npx. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { COMMANDS, helpOf, MAIN_HELP } from '../../../cli/main.ts';
import { VERSION } from '../../../cli/version.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

function main(...args: string[]) {
	const program = ['--import', join(root, 'scripts/hooks.ts'), join(root, 'cli/stamp-of-origin.ts')];
	const { status, stdout, stderr } = spawnSync(process.execPath, [...program, ...args], {
		encoding: 'utf8',
		cwd: root,
	});
	return { status, stdout, stderr };
}

test('--help names each command, and says in the first line of each what it does', () => {
	expect(main('--help')).toEqual({ status: 0, stdout: `${MAIN_HELP}\n`, stderr: '' });
	for (const { name } of COMMANDS)
		expect(MAIN_HELP).toMatch(new RegExp(`^ {2}${name} +(Says|Lists) [^\\n]{20,}$`, 'm'));
	expect(main('--version').stdout).toBe(`${VERSION}\n`);
});

describe.each(COMMANDS)('$name', (command) => {
	test('has its help as a subcommand, called so', () => {
		const help = helpOf(command);
		expect(help).toContain(`Usage: stamp-of-origin ${command.name} `);
		expect(help).not.toContain('npm run');
		expect(main(command.name, '--help')).toEqual({ status: 0, stdout: `${help}\n`, stderr: '' });
		expect(command.help).toContain(`Usage: npm run -s ${command.name} --`);
	});

	test('gets its own words, and ends with 2 and one line where they are wrong', () => {
		const { status, stdout, stderr } = main(command.name, '--frobnicate');
		expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
		expect(stderr).toMatch(/^there is no option --frobnicate\.[^\n]*\n$/);
	});
});

test.each([
	[[], /^name a command: inspect, audit, preflight, verify-bundle \(see --help\)\n$/],
	[['insect'], /^there is no command insect: .* Did you mean inspect\? \(see --help\)\n$/],
	[['--json', 'inspect'], /^there is no option --json before a command/],
	[['a\u001b[31m\n'], /^there is no command a\\u001b\[31m\\u000a: /],
])('%j is bad usage', (args, said) => {
	const { status, stdout, stderr } = main(...args);
	expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
	expect(stderr).toMatch(said);
});
