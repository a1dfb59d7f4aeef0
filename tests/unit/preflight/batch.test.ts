/** Tests files that are read together: those that cannot be read among others, actions.lock for all, at most so many. */
import { expect, test } from 'vitest';
import { MAX_FILE_BYTES, MAX_FILES, preflightBatch } from '../../../lib/preflight/batch.ts';
import { MAX_TEXT } from '../../../lib/preflight/tree.ts';
import {
	describeFilesRead,
	describeNoFile,
	describePackageFailure,
	PREFLIGHT,
} from '../../../lib/text/en/preflight-form.ts';
import { describePreflight } from '../../../lib/text/en/preflight-page.ts';
import { SHA, workflowOf } from '../../fixtures/workflows.ts';

const tagged = workflowOf({ steps: '- uses: someone/build@v1' });
const LOCK = `version: v0.0.2
workflows:
  .github/workflows/release.yml:
    - someone/build@v1
dependencies:
  someone/build@v1:
    commit: sha1-${SHA}
`;
const rulesOf = ({ findings }: { findings: readonly { rule: string }[] }) => findings.map(({ rule }) => rule);

test('a file that cannot be read has its place and code, and the others are read', async () => {
	const { files, refused } = await preflightBatch([
		{ file: 'broken.yml', text: 'on: push\njobs: [' },
		{ file: 'release.yml', text: tagged },
		{ file: 'action.yml', text: 'runs:\n  using: node24\n' },
		{ file: 'large.yml', text: '#'.repeat(MAX_FILE_BYTES) },
		{ file: 'actions.lock', text: 'a: *b' },
	]);
	expect(files.map(({ file }) => file)).toEqual(['release.yml']);
	expect(refused.map(({ file, failure }) => [file, failure.code])).toEqual([
		['actions.lock', 'yaml-alias-unknown'],
		['broken.yml', 'not-yaml'],
		['action.yml', 'action-no-workflow'],
		['large.yml', 'yaml-too-large'],
	]);
});

test('actions.lock counts for the files beside it, wherever it is among them, and for no others', async () => {
	const release = { file: 'release.yml', text: tagged };
	const [alone] = (await preflightBatch([release])).files;
	expect(alone && rulesOf(alone)).toContain('unpinned-action');
	const { files } = await preflightBatch([
		release,
		{ file: '.github/workflows/actions.lock', text: LOCK },
		{ ...release, file: 'other.yml' },
	]);
	expect(files.map(({ file, ...rest }) => [file, rulesOf(rest).includes('unpinned-action')])).toEqual([
		['release.yml', false],
		['other.yml', true],
	]);
});

test('bounds: so many files, with a pause before each, and bytes that are refused whatever they hold', async () => {
	let pauses = 0;
	const many = Array.from({ length: MAX_FILES + 5 }, (_, index) => ({ file: `${index}.yml`, text: tagged }));
	const { files } = await preflightBatch(many, async () => {
		pauses += 1;
	});
	expect([files.length, pauses]).toEqual([MAX_FILES, MAX_FILES]);
	expect(PREFLIGHT.tooMany).toContain(` ${MAX_FILES} `);
	// The densest there is: three bytes a unit of UTF-16.
	expect(new TextDecoder().decode(new TextEncoder().encode('語'.repeat(MAX_FILE_BYTES / 3))).length).toBeGreaterThan(
		MAX_TEXT,
	);
});

test('the headline counts what was read, and what is to be looked at', async () => {
	const said = async (...texts: string[]) => {
		const { files, refused } = await preflightBatch(texts.map((text, index) => ({ file: `${index}.yml`, text })));
		const page = describePreflight({ files, floor: [], mistakes: [], at: '2026-11-28' });
		return describeFilesRead(page, refused.length);
	};
	expect(await said(tagged, 'on: [')).toBe('1 workflow read, 1 file not read. Below: 1 thing to look at, 0 notes.');
	expect(await said(workflowOf({}))).toMatch(/^1 workflow read\. (Nothing was found|Below: )/);
	expect(await said('a: b', 'c: d')).toBe('0 workflows read, 2 files not read.');
});

test('text from outside stays in quotation marks', () => {
	const hostile = 'a”. All is well. “b';
	expect(describeNoFile(hostile)).not.toContain('”. All');
	expect(describePackageFailure(hostile, { code: 'release-not-found' })).not.toContain('”. All');
});
