/** Tests of the fingerprints of lines: the values are those that GitHub's own action gives for these texts. */
import { describe, expect, test } from 'vitest';
import { lineHashes } from '../../../lib/output/line-hash.ts';

/** By @see https://github.com/github/codeql-action/blob/main/src/fingerprints.test.ts */
const SIX = [
	'e9496ae3ebfced30:1',
	'fb7c023a8b9ccb3f:1',
	'ce8ba1a563dcdaca:1',
	'e20e36e16fcb0cc8:1',
	'b3edc88f2938467e:1',
	'c8e28b0b4002a3a0:1',
	'c129715d7a2bc9a3:1',
];

describe('as GitHub gives them', () => {
	test.each<[what: string, text: string, hashes: string[]]>([
		['an empty file', '', ['c129715d7a2bc9a3:1']],
		[
			'white space at the start of lines',
			' a\nb\n  \t\tc\n d',
			['271789c17abda88f:1', '54703d4cd895b18:1', '180aee12dab6264:1', 'a23a3dc5e078b07b:1'],
		],
		['LF', ' hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End\n', SIX],
		['CR', ' hello; \t\nworld!!!\r\r\r  \t\tGreetings\r End\r', SIX],
		['CRLF', ' hello; \t\r\nworld!!!\r\n\r\n\r\n  \t\tGreetings\r\n End\r\n', SIX],
		['a mixture', ' hello; \t\nworld!!!\r\n\n\r  \t\tGreetings\r End\r\n', SIX],
	])('%s', (_what, text, hashes) => expect(lineHashes(text)).toEqual(hashes));

	test('equal lines are numbered', () => {
		const hashes = lineHashes('Lorem ipsum dolor sit amet.\n'.repeat(10));
		expect(hashes.slice(0, 6)).toEqual([1, 2, 3, 4, 5, 6].map((at) => `a7f2ff13bc495cf2:${at}`));
		expect(hashes.slice(6)).toEqual([
			'a7f2ff1481e87703:1',
			'a9cf91f7bbf1862b:1',
			'55ec222b86bcae53:1',
			'cc97dc7b1d7d8f7b:1',
			'c129715d7a2bc9a3:1',
		]);
	});
});

test('there is one for each line', () => {
	const lines = Array.from({ length: 5000 }, (_, at) => `"package-${at}": {`);
	expect(lineHashes(lines.join('\n'))).toHaveLength(5000);
});
