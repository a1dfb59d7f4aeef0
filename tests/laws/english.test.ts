/** Laws of the English: short sentences, and none of the old dialect, in documents, comments and screen texts. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
	averageWords,
	countWords,
	filesOf,
	findLong,
	findPhrases,
	KINDS,
	type Kind,
	MAX_AVERAGE,
	sentencesIn,
	sentencesOf,
	splitSentences,
} from '../support/english.ts';

describe.each(KINDS)('%s', (kind) => {
	const sentences = sentencesOf(kind);
	test('has no sentence of more than 35 words', () => expect(findLong(sentences)).toEqual([]));
	test('has at most 20 words a sentence on average', () => {
		expect(averageWords(sentences)).toBeLessThanOrEqual(MAX_AVERAGE);
	});
	test('has no phrase of the old dialect', () => expect(findPhrases(sentences)).toEqual([]));
});

test.each(KINDS)('the law sees %s', (kind) => {
	expect(filesOf(kind).length).toBeGreaterThan(0);
	expect(sentencesOf(kind).length).toBeGreaterThan(100);
});

test('README has fewer than 900 words, CONTRIBUTING fewer than 100 lines', () => {
	const read = (name: string) => readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8');
	expect(read('README.md').split(/\s+/).length).toBeLessThan(900);
	expect(read('CONTRIBUTING.md').split('\n').length).toBeLessThan(100);
});

describe('sentences', () => {
	test('end at a full stop before a capital, a number or code, and nowhere else', () => {
		expect(splitSentences('One is e.g. This. Two, v1.2.3 too! "Three?" ⟨code⟩ is four. 5 is five.')).toHaveLength(5);
	});
	test('are counted without punctuation', () => expect(countWords('One - two, "three" | ⟨code⟩ …')).toBe(4));

	const LONG = `Long ${'word '.repeat(34)}end.`;
	const read = (kind: Kind, text: string) => sentencesIn(kind, 'a', text);
	test('of a document are read by paragraph, item, heading and cell, without code, links and comments', () => {
		const markdown = `# A heading\n\nOne [link](https://a.test/b_c d)\nand \`some code\`. Two.\n\n- item one\n  goes on\n- item two\n\n<!-- ${LONG} -->\n\`\`\`sh\n${LONG}\n\`\`\`\n\n    ${LONG}\n\n| head | \`a\`, \`b\` |\n| --- | --- |\n`;
		expect(read('documents', markdown).map(({ place, text }) => `${place} ${text}`)).toEqual([
			'a:1 A heading',
			'a:3 One link and ⟨code⟩.',
			'a:3 Two.',
			'a:6 item one goes on',
			'a:8 item two',
			'a:17 head',
		]);
		expect(findLong(read('documents', `Short. ${LONG}`))).toEqual([`a:1: 36 words: ${LONG}`]);
	});
	test('of comments are read by tag', () => {
		const source = `/**\n * Says it.\n * More\n * of it. @param one the first\n * @returns another\n * @see https://a.test/\n */\nconst a = '/'; // no\n// A line\n// and one more.\n`;
		expect(read('comments', source).map(({ place, text }) => `${place} ${text}`)).toEqual([
			'a:1 Says it.',
			'a:1 More of it.',
			'a:4 one the first',
			'a:5 another',
			'a:9 A line and one more.',
		]);
		expect(findLong(read('comments', `/** ${LONG} */`))).toHaveLength(1);
	});
	test('of the screen are the literals of files of words', () => {
		const source = "import a from 'a b c d';\nconst b = `It stands in $" + "{a ? 'a' : b}.`;\nconst c = 'one-word';";
		const sentences = read('screen', source);
		expect(sentences.map(({ place, text }) => `${place} ${text}`)).toEqual(['a:2 It stands in X.']);
		expect(findPhrases(sentences)).toHaveLength(1);
	});
	test.each([
		'It stands there.',
		'Nothing is told of it.',
		'The record bears out the name.',
		'A row goes before its scope.',
		'Which lies under it.',
		'It was used of late.',
		'See what came of it.',
		'A warning was put aside.',
		'They are one and the same.',
		"It is nobody's any more.",
		'It could not be had anew.',
		'workflow was publish.yml, is release.yml',
	])('%s is of the old dialect', (sentence) => expect(findPhrases(read('documents', sentence))).toHaveLength(1));
	test.each([
		'They cannot be told apart.',
		'I understand this standing.',
		'It was there, is it?',
		'No page stands still.',
		'It stands in for another.',
	])('%s is not', (sentence) => expect(findPhrases(read('documents', sentence))).toEqual([]));
});
