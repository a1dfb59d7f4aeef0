/** Owns GitHub's expressions: where a text has `${{ ... }}`, and which contexts it reads. Pure; nothing is evaluated. */

/** One `${{ ... }}`. */
export interface Expression {
	/** What is between the braces. */
	body: string;
	/** Where it begins in the text. */
	index: number;
	/** The contexts that it reads, in small letters with dots: `github.event.issue.title`, `github.event.commits.*.message`. */
	contexts: string[];
}

/** The expressions of a text. */
export function expressionsOf(text: string): Expression[] {
	const found: Expression[] = [];
	for (let index = text.indexOf('${{'); index !== -1; ) {
		const end = text.indexOf('}}', index);
		if (end === -1) break;
		const body = text.slice(index + 3, end).trim();
		found.push({ body, index, contexts: contextsOf(body) });
		index = text.indexOf('${{', end);
	}
	return found;
}

/** Longest expression that is read, in UTF-16 units: GitHub's own limit is 21,000. */
const MAX_BODY = 21_000;

/** Longest name of a context that is compared with anything. */
const MAX_CONTEXT = 300;

/** The contexts that an expression reads. Texts in it are none; `github['event']` is `github.event`. */
function contextsOf(body: string): string[] {
	return (
		body
			.slice(0, MAX_BODY)
			.replace(/\[\s*'([\w-]{1,100})'\s*\]/g, '.$1')
			.replace(/\[\s*(?:\*|\d{1,9})\s*\]/g, '.*')
			.replace(/'[^']*'/g, ' ')
			.match(/[A-Za-z_][\w-]*(?:\s?\.\s?(?:[\w-]+|\*))*/g) ?? []
	).map((context) => context.slice(0, MAX_CONTEXT).replace(/\s/g, '').toLowerCase());
}
