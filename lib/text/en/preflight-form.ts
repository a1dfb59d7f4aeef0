/** Owns the words of the Preflight page around its results: what it is, its fields, and the headline that is read aloud. */
import type { Failure } from '../../report/result.ts';
import { capital, counted } from '../format.ts';
import { quoteText } from '../untrusted.ts';
import { describeFailure } from './failures.ts';
import type { PreflightPage } from './preflight-page.ts';

/** The page, part by part. */
export const PREFLIGHT = {
	name: 'preflight',
	title: 'Preflight',
	what: 'For maintainers: what to read in the workflows that publish your package, and what you can change. It gives no score.',
	stays:
		'Files are read on this machine, and nothing of them is sent or kept. Only the name of a package that you ask about goes to npm.',
	installs: 'What your project installs is another question:',
	audit: 'audit its lockfile',
	files: 'Workflow files',
	fileHint:
		'YAML files of .github/workflows, and actions.lock if there is one. A file of the same name takes the place of the one before.',
	drop: 'Drop them anywhere on this page, or choose them here.',
	choose: 'Choose files',
	paste: 'Or paste a workflow',
	pasteName: 'Name of the file',
	pasteText: 'Workflow',
	read: 'Read it',
	clear: 'Clear all files',
	package: 'A published package',
	packageName: 'Name of the package',
	packageHint: 'Its latest release is looked at.',
	ask: "Ask npm's registry",
	cancel: 'Cancel',
	permit: 'Allow access',
	found: 'What was found',
	refused: 'Not read',
	floor: 'The practical floor',
	floorNote: 'Six things that a maintainer can do. For each: what was seen, the change to make, and why.',
	mistakes: 'Common mistakes',
	rules: 'Why people care',
	log: 'What the public log gives away',
	limits: 'What this does not show',
	nothing: 'Nothing found in the jobs that were read. That does not mean that nothing is wrong.',
	asking: "Asking npm's registry ...",
	cancelled: 'Cancelled.',
	noName: 'This is no name of a package. Write it as in package.json, without a version.',
	empty: 'There is no text to read.',
	noFile: 'What was dropped is no file.',
	cleared: 'All files are cleared.',
	tooMany: 'At most 100 files are read together. The others were left out.',
} as const;

/** Names of a finding's weights. */
export const WEIGHTS: Record<PreflightPage['files'][number]['findings'][number]['weight'], string> = {
	look: 'Look at this',
	note: 'Note',
};

/** What was read and found, in a sentence or two, for the top of the results and for screen readers. */
export function describeFilesRead(page: PreflightPage, refused: number): string {
	const findings = page.files.flatMap((file) => file.findings);
	const looks = findings.filter(({ weight }) => weight === 'look').length;
	const notes = findings.length - looks;
	const read = `${capital(counted(page.files.length, 'workflow'))} read`;
	const not = refused > 0 ? `, ${counted(refused, 'file')} not read` : '';
	const found =
		page.files.length === 0
			? ''
			: findings.length === 0
				? ' Nothing was found in them.'
				: ` Below: ${counted(looks, 'thing')} to look at, ${counted(notes, 'note')}.`;
	return `${read}${not}.${found}`;
}

/** That a package was looked at. */
export function describePackageRead({ name, version }: { name: string; version: string }): string {
	return `${quoteText(`${name} ${version}`)}: what the registry says of it is below.`;
}

/** Why nothing is known of a package. */
export function describePackageFailure(name: string, { code }: Failure): string {
	return `Nothing is known of ${quoteText(name)}: ${describeFailure({ code })}`;
}

/** That the browser could not read a file. */
export function describeNoFile(file: string): string {
	return `${quoteText(file)}: the browser could not read it. Folders cannot be read; choose the files in it.`;
}
