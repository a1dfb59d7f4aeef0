/** Owns what Mozilla's linter says of the extension for Firefox, and which of its warnings are ordinary. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** What the linter finds, as its JSON has it. */
export interface LintResult {
	errors: LintMessage[];
	warnings: LintMessage[];
	notices: LintMessage[];
}
interface LintMessage {
	code: string;
	message: string;
	file?: string;
	line?: number;
	column?: number;
}

/** A warning that is no fault, with the reason. One message at most counts for each entry, so that a second one shows. */
interface Listed {
	code: string;
	file: RegExp;
	reason: string;
}

const SVELTE_TEMPLATES =
	"Svelte makes elements from its compiled templates. tests/laws/source.test.ts allows no such line in the extension's own code.";
export const LISTED: readonly Listed[] = [
	{
		code: 'KEY_FIREFOX_ANDROID_UNSUPPORTED_BY_MIN_VERSION',
		file: /^manifest\.json$/,
		reason:
			'Firefox for Android knows `data_collection_permissions` from 142, the desktop from 140. The manifest does not name Android.',
	},
	{ code: 'UNSAFE_VAR_ASSIGNMENT', file: /^content-scripts\/npmjs\.js$/, reason: SVELTE_TEMPLATES },
	{ code: 'UNSAFE_VAR_ASSIGNMENT', file: /^chunks\/[\w-]+\.js$/, reason: SVELTE_TEMPLATES },
];

/**
 * Runs addons-linter, which is all of `web-ext lint`, on an archive or a folder.
 * @throws Error with what it printed, where that is no result.
 */
export function lintExtension(path: string): LintResult {
	const linter = fileURLToPath(new URL('../node_modules/addons-linter/bin/addons-linter', import.meta.url));
	const { stdout, stderr } = spawnSync(process.execPath, [linter, '--output', 'json', path], {
		encoding: 'utf8',
		maxBuffer: 64 * 1024 * 1024,
	});
	try {
		return JSON.parse(stdout);
	} catch {
		throw new Error(`addons-linter gave no result: ${stdout}${stderr}`);
	}
}

/** What is wrong, a sentence each: every error, every warning beyond the list, and every entry of the list that nothing needs. */
export function findLintProblems({ errors, warnings }: LintResult, listed = LISTED): string[] {
	const unused = new Set(listed);
	const unlisted = warnings.filter((warning) => {
		const entry = [...unused].find(({ code, file }) => code === warning.code && file.test(warning.file ?? ''));
		return !(entry && unused.delete(entry));
	});
	return [
		...errors.map((error) => `linter, error: ${describeMessage(error)}`),
		...unlisted.map((warning) => `linter, warning that is not listed: ${describeMessage(warning)}`),
		...[...unused].map(
			({ code, file }) => `listed, but the linter does not say it any more: ${code} in ${file.source}`,
		),
	];
}

function describeMessage({ code, message, file, line, column }: LintMessage): string {
	return `${code}: ${message} (${[file ?? 'no file', line, column].filter((part) => part !== undefined).join(':')})`;
}
