/** Owns how English is read: sentences out of documents, comments and screen texts, each with its place, and what is wrong with one. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { documentFiles } from '../fixtures/documents.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What is read: each kind has its own average. */
export const KINDS = ['documents', 'comments', 'screen'] as const;
export type Kind = (typeof KINDS)[number];

/** Most words in a sentence. */
const MAX_WORDS = 35;
/** Most words in a sentence on average, over a kind. */
export const MAX_AVERAGE = 20;

/** One sentence, or a heading, a table's cell, a label. */
export interface Sentence {
	/** `path:line` of the paragraph that it is in. */
	place: string;
	text: string;
	/** Whether it counts in the average: headings, cells and labels do not. */
	isProse: boolean;
}

/** A paragraph of plain text, with its place. */
interface Paragraph {
	line: number;
	text: string;
	isProse: boolean;
}

/** Phrases of the house's old dialect, and what to write instead. Each is found by words, without regard to capitals. */
const PHRASES: readonly [phrase: RegExp, instead: string][] = [
	[/\bstands\b(?! (still|in for)\b)/i, 'is, has'],
	[/\b(is|are|was|were|be|been) told\b(?! (apart|to)\b)/i, 'is said, is shown'],
	[/\b(bears?|bearing|borne) out\b/i, 'supports'],
	[/\b(go|goes|going|went) before\b/i, 'wins over, comes first'],
	[/\b(lies?|lay|lying) under\b/i, 'is behind'],
	[/\bof late\b/i, 'recently'],
	[/\bwhat came of (it|this|that|them)\b/i, 'the result'],
	[/\bput(s|ting)? aside\b/i, 'dismissed'],
	[/\bone and the same\b/i, 'the same'],
	[/\bnobody's any more\b/i, 'without an owner'],
	[/\bhad anew\b/i, 'fetched again'],
	// The left columns: sentences that were replaced.
	[/\ba list that was kept lacks\b/i, 'the cached packument lacks'],
	[/\bcannot be told, and\b/i, 'is unknown'],
	[/\bare a host's own\b/i, 'are unique per host'],
	[/\bwash away\b/i, 'reset'],
	[/\bcame out of a run of\b/i, 'was published by'],
	[/^(This|A confirmed origin) does not show\b/i, 'Not proved:'],
	[/\bprovenance was there before\b/i, 'the record of where it was built is missing'],
	[/\bwas [^\s,]+, is [^\s?]+$/i, 'from X before, from Y now'],
	[/\bkind of ref was\b/i, 'built from a branch; before from a tag'],
	[/\bdoes not fit the statement\b/i, 'was changed after it was signed'],
	[/\basks for fewer requests\b/i, 'is busy and asks to wait'],
	[/\bbut not the one you expect\b/i, 'Not the origin you expect:'],
	[/\beven a confirmed origin would not show\b/i, 'one line: even with a record ...'],
	[/\bhijacked workflows leave such records\b/i, 'it has a genuine origin record'],
	[/\bnothing is expected of it so far\b/i, 'you have not said yet where it should come from'],
	[/\bit is no allowlist\b/i, 'name the file, the line and the field'],
	[/\bthere is no such field\b/i, 'unknown field'],
	[/\bdid not come to a good end\b/i, 'failed'],
	[/\blists it, not checked here\b/i, 'says it has one (we could not check it)'],
];

/** Dots that end no sentence. */
const ABBREVIATIONS = /\b(e\.g|i\.e|etc|vs|cf)\./g;
/** In the place of code, which is one word. */
const CODE = '⟨code⟩';

/** Words of a sentence; code is one, punctuation none. */
export function countWords(sentence: string): number {
	return sentence.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
}

/** A paragraph cut into sentences. */
export function splitSentences(paragraph: string): string[] {
	return paragraph
		.replace(ABBREVIATIONS, (word) => word.replaceAll('.', '·'))
		.split(/(?<=[.!?]["'”’)*_]*)\s+(?=["'“(*_]*[\p{Lu}\p{N}⟨])/u)
		.map((sentence) => sentence.replaceAll('·', '.').trim())
		.filter((sentence) => sentence !== '');
}

/** Markdown as it is read: code is one word, a link is its text, a picture and a comment are nothing. */
function plain(markdown: string): string {
	return markdown
		.replace(/<!--[\s\S]*?-->|<[a-z/][^>]*>/g, '')
		.replace(/(`+)[^`]+?\1/g, CODE)
		.replace(/!\[[^\]]*\]\([^)]*\)/g, '')
		.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
		.replace(/https?:\/\/\S+/g, CODE)
		.trim();
}

/** Paragraphs, list items, headings and cells of a document; no code. */
function paragraphsOf(markdown: string): Paragraph[] {
	const paragraphs: Paragraph[] = [];
	let open: Paragraph | undefined;
	let fence: string | undefined;
	const add = (line: number, text: string, isProse: boolean) => {
		const read = plain(text);
		// A cell of nothing but codes has no sentence.
		if (/\p{L}/u.test(read.replaceAll(CODE, ''))) paragraphs.push({ line, text: read, isProse });
	};
	const close = () => {
		if (open) add(open.line, open.text, true);
		open = undefined;
	};
	const withoutComments = markdown.replace(/<!--[\s\S]*?-->/g, (comment) => comment.replace(/[^\n]/g, ''));
	for (const [index, text] of withoutComments.split('\n').entries()) {
		const line = index + 1;
		const mark = /^\s*(```+|~~~+)/.exec(text)?.[1];
		if (mark && (fence === undefined || mark.startsWith(fence))) {
			close();
			fence = fence === undefined ? mark : undefined;
			continue;
		}
		if (fence !== undefined || (!open && /^( {4}|\t)/.test(text))) continue;
		if (text.trim() === '') close();
		else if (/^#+ /.test(text)) {
			close();
			add(line, text.replace(/^#+ /, ''), false);
		} else if (/^\s*\|/.test(text)) {
			close();
			for (const cell of text
				.trim()
				.replace(/^\||\|$/g, '')
				.split(/(?<!\\)\|/))
				add(line, cell, false);
		} else {
			const item = /^\s*(?:[-*+]|\d+\.) +(.*)$/.exec(text);
			if (item) close();
			const words = (item?.[1] ?? text).trim();
			if (open) open.text += ` ${words}`;
			else open = { line, text: words, isProse: true };
		}
	}
	close();
	return paragraphs;
}

/** Comments of a source file, one paragraph for each, and for each `@param` and its like. */
function commentsOf(source: string): Paragraph[] {
	const paragraphs: Paragraph[] = [];
	const lineOf = (offset: number) => source.slice(0, offset).split('\n').length;
	const add = (line: number, text: string) =>
		paragraphs.push({
			line,
			text: text
				.replace(/`[^`]*`|https?:\/\/\S+/g, CODE)
				.replace(/\s+/g, ' ')
				.trim(),
			isProse: true,
		});
	for (const { 0: comment, index } of source.matchAll(/\/\*\*[\s\S]*?\*\/|<!--[\s\S]*?-->/g)) {
		const lines = comment.replace(/^(\/\*\*|<!--)|(\*\/|-->)$/g, '').split('\n');
		let text = '';
		let begin = lineOf(index);
		for (const [at, each] of lines.entries()) {
			const words = each.replace(/^\s*\*?\s?/, '');
			for (const [part, piece] of words.split(/(?=@(?:param|returns|throws|see|type)\b)/).entries()) {
				if (part > 0 || piece.trim() === '' || /^(@|- )/.test(piece)) {
					if (text.trim() !== '') add(begin, text);
					[text, begin] = ['', lineOf(index) + at];
				}
				text += ` ${piece
					.replace(/^@see .*$/, '')
					.replace(/^@param (\w+)/, '$1')
					.replace(/^@(returns|throws)\b/, '')}`;
			}
		}
		if (text.trim() !== '') add(begin, text);
	}
	for (const { 0: comment, index } of source.matchAll(/(?:^[ \t]*\/\/ ?.*\n?)+/gm))
		if (!/biome-ignore|@ts-/.test(comment)) add(lineOf(index), comment.replace(/^[ \t]*\/\/ ?/gm, ' '));
	return paragraphs.filter(({ text }) => /\p{L}/u.test(text.replaceAll(CODE, '')));
}

/** Texts of a file of words: its literals of three words and more, with `X` for what is put into them. */
function literalsOf(path: string, source: string): Paragraph[] {
	const file = ts.createSourceFile(path, source, ts.ScriptTarget.Latest, true);
	const paragraphs: Paragraph[] = [];
	const visit = (node: ts.Node): void => {
		const text = ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node) ? node.text : undefined;
		const built = ts.isTemplateExpression(node)
			? node.head.text + node.templateSpans.map(({ literal }) => `X${literal.text}`).join('')
			: undefined;
		const words = text ?? built;
		if (words !== undefined && countWords(words) >= 3 && !ts.isImportDeclaration(node.parent))
			paragraphs.push({
				line: file.getLineAndCharacterOfPosition(node.getStart()).line + 1,
				text: words.replace(/https?:\/\/\S+/g, CODE),
				isProse: /[.!?]$/.test(words),
			});
		ts.forEachChild(node, visit);
	};
	visit(file);
	return paragraphs;
}

/** Paths of files below a folder or of one file, from the root; none where it is absent. */
function filesIn(place: string, ending: RegExp): string[] {
	if (!existsSync(join(root, place))) return [];
	if (/\.\w+$/.test(place)) return [place];
	return readdirSync(join(root, place), { recursive: true, encoding: 'utf8' })
		.filter((name) => ending.test(name))
		.map((name) => `${place}/${name.replaceAll('\\', '/')}`)
		.toSorted();
}

const FILES: Record<Kind, () => string[]> = {
	documents: documentFiles,
	comments: () => ['lib', 'components', 'entrypoints', 'cli'].flatMap((place) => filesIn(place, /\.(ts|svelte)$/)),
	screen: () => filesIn('lib/text', /\.ts$/),
};

/** Paths of the files of a kind, from the root. */
export function filesOf(kind: Kind): string[] {
	return FILES[kind]();
}

/** Sentences of one text. @param path its name in the places; what is read of it depends on the kind alone. */
export function sentencesIn(kind: Kind, path: string, text: string): Sentence[] {
	const read = { documents: paragraphsOf, comments: commentsOf, screen: (source: string) => literalsOf(path, source) };
	return read[kind](text).flatMap(({ line, text: paragraph, isProse }) =>
		splitSentences(paragraph).map((sentence) => ({ place: `${path}:${line}`, text: sentence, isProse })),
	);
}

/** All sentences of a kind. */
export function sentencesOf(kind: Kind): Sentence[] {
	return filesOf(kind).flatMap((path) => sentencesIn(kind, path, readFileSync(join(root, path), 'utf8')));
}

/** Sentences above the most words that one may have, each with its place. */
export function findLong(sentences: readonly Sentence[]): string[] {
	return sentences.flatMap(({ place, text }) => {
		const words = countWords(text);
		return words > MAX_WORDS ? [`${place}: ${words} words: ${text}`] : [];
	});
}

/** Phrases that are not used any more, each with its place and what to write instead. */
export function findPhrases(sentences: readonly Sentence[]): string[] {
	return sentences.flatMap(({ place, text }) =>
		PHRASES.flatMap(([phrase, instead]) => {
			const [found] = phrase.exec(text) ?? [];
			return found === undefined ? [] : [`${place}: "${found}" (instead: ${instead}): ${text}`];
		}),
	);
}

/** Words of a sentence on average, of prose of three words and more. */
export function averageWords(sentences: readonly Sentence[]): number {
	const counts = sentences.flatMap(({ text, isProse }) => (isProse && countWords(text) >= 3 ? [countWords(text)] : []));
	return counts.reduce((sum, count) => sum + count, 0) / Math.max(1, counts.length);
}
