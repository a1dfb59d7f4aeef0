/** The law of words on pages: components lay out and have no words of their own. Those are in lib/text, where the other laws read them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'svelte/compiler';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Attributes that are read out or shown. */
const SHOWN =
	/^(?:alt|placeholder|title|aria-(?:label|description|roledescription|valuetext)|columns|label|help|hint|caption|heading|text|words)$/;

interface Node {
	type: string;
	start: number;
	[field: string]: unknown;
}

function isNode(value: unknown): value is Node {
	return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}

/** Whether a node asks which key was pressed: the browser names it. */
function isAboutKey({ type, left }: Node): boolean {
	const { property } = (isNode(left) ? left : {}) as { property?: unknown };
	return type === 'BinaryExpression' && isNode(property) && property.name === 'key';
}

/** Whether what is in a node is not the value of the attribute around it: a component's content, and what a function says. */
function isItsOwn({ type }: Node): boolean {
	return type === 'Component' || type === 'ArrowFunctionExpression';
}

/** Every node below, with the attribute that it is the value of. */
function* walk(node: Node, attribute?: string): Generator<{ node: Node; attribute: string | undefined }> {
	if (isAboutKey(node)) return;
	yield { node, attribute };
	const own = node.type === 'Attribute' ? String(node.name) : attribute;
	for (const value of Object.values(node))
		for (const below of [value].flat())
			if (isNode(below) && below.type !== 'StyleDirective') yield* walk(below, isItsOwn(node) ? undefined : own);
}

/** Words that a reader would read: a sentence, or a name with a capital. Names of classes, fields and codes are none. */
function isProse(text: string): boolean {
	return /\p{L}{2,}[,;:]? \p{L}/u.test(text) || /^\P{L}*\p{Lu}\p{Ll}+\P{L}*$/u.test(text.trim());
}

/** Words in a component, each with its line. */
function wordsIn(text: string): string[] {
	const { fragment, instance, module } = parse(text, { modern: true });
	const found: [number, string][] = [];
	for (const part of [fragment, instance, module]) {
		if (!isNode(part)) continue;
		for (const { node, attribute } of walk(part)) {
			const { data, value } = node;
			const isShown = attribute === undefined || SHOWN.test(attribute);
			if (node.type === 'Text' && typeof data === 'string' && isShown && /\p{L}{2,}/u.test(data))
				found.push([node.start, data]);
			if (node.type === 'Literal' && typeof value === 'string' && isShown && isProse(value))
				found.push([node.start, value]);
			const cooked = (value as { cooked?: string } | undefined)?.cooked;
			if (node.type === 'TemplateElement' && cooked !== undefined && isShown && isProse(cooked))
				found.push([node.start, cooked]);
		}
	}
	return found.map(([at, words]) => `${text.slice(0, at).split('\n').length}: ${words.trim().replace(/\s+/g, ' ')}`);
}

const components = ['components', 'entrypoints'].flatMap((folder) =>
	readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile() && entry.name.endsWith('.svelte'))
		.map((entry) => join(entry.parentPath, entry.name)),
);

test('the law sees words in text, in what is read out, and in code', () => {
	const component = `<script>let name = 'as it is'; const id = 'a-name';</script>
<h1 class="some class">Two words</h1>
<p title="What it is">{name ? \`\${name} is it\` : 'Yes'}</p>
<input class={isOn ? 'On this' : ''} oninput={(event) => event.key === 'Escape' && say('Not this')}>
{name}: {id}`;
	expect(wordsIn(component)).toEqual([
		'2: Two words',
		'3: What it is',
		'3: is it',
		'3: Yes',
		'4: Not this',
		'1: as it is',
	]);
});

test('there are components', () => {
	expect(components.length).toBeGreaterThan(50);
});

test.each(components.map((file) => relative(root, file)))('%s has none of its own', (path) => {
	expect(wordsIn(readFileSync(join(root, path), 'utf8'))).toEqual([]);
});
