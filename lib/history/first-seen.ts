/** Owns what was seen of a release, kept for as long as the reader likes, and how a later look differs from it. Pure. */
import * as v from 'valibot';
import { boundedList, FIRST_ONLY } from '../npm/json-bounds.ts';
import { type Finding, makeFinding } from '../report/findings.ts';
import type { Identity } from '../report/identity.ts';
import type { Report } from '../report/report.ts';

/** Something seen, with the ISO times of the first and the last look. */
interface Seen<T> {
	value: T;
	first: string;
	last: string;
}

/** Who signed, as far as it is kept: from a verified certificate; `none` where the registry served no provenance. */
type SeenSigner = 'none' | { repository: string; repositoryId?: string; workflow: string; signer: string };

/** Everything seen of one release, each value once, in the order of the first look. */
export interface Sighting {
	/** `name@version`. */
	release: string;
	/** The registry's integrity (SHA-512). */
	files: Seen<string>[];
	signers: Seen<SeenSigner>[];
	/** ISO time of the last look. */
	last: string;
}

/** What one look shows, without the parts that are unknown. */
export interface Look {
	release: string;
	file?: string;
	signer?: SeenSigner;
}

/** Where what was seen is kept. */
export interface Sightings {
	/**
	 * Changes what is kept of a release, one change after the other.
	 * @param how gets the stored value, of whatever shape, or `undefined`. It returns the value to keep. A stored value that it calls
	 *   unreadable is set aside in the same step.
	 * @throws Error where the store cannot be read or written.
	 */
	change(release: string, how: (stored: unknown) => { kept: object; isUnreadable: boolean }): Promise<void>;
}

/** How many different values are kept of a release: the first, and the latest of the others. Honest releases have one. */
export const MAX_SEEN = 8;

/** Of a name in a certificate, in characters: far more than any has. */
const MAX_LENGTH = 4096;
const text = v.pipe(v.string(), v.maxLength(MAX_LENGTH));
const time = v.pipe(v.string(), v.isoTimestamp());
const seenOf = <T extends v.GenericSchema>(value: T) =>
	boundedList(v.strictObject({ value, first: time, last: time }), MAX_SEEN);
const shape = v.strictObject({
	release: text,
	files: seenOf(text),
	signers: seenOf(
		v.union([
			v.literal('none'),
			v.strictObject({ repository: text, repositoryId: v.optional(text), workflow: text, signer: text }),
		]),
	),
	last: time,
});

/** What is kept of a release, read from the store; `undefined` where it is of another shape. */
export function parseSighting(stored: unknown): Sighting | undefined {
	const parsed = v.safeParse(shape, stored, FIRST_ONLY);
	return parsed.success ? (parsed.output as Sighting) : undefined;
}

/** What a completed Report shows of file and signer; `undefined` if it shows neither. */
export function sightingOf({ release: { name, version, integrity }, identity, claims }: Report): Look | undefined {
	const file = /^sha512-[A-Za-z0-9+/]{86}==$/.test(integrity ?? '') ? integrity : undefined;
	const signed = claims.find(({ id }) => id === 'signed-by-build');
	const isAbsent = signed?.standing === 'unproved' && signed.why === 'absent';
	const signer = identity ? signerOf(identity) : isAbsent ? 'none' : undefined;
	if (file === undefined && signer === undefined) return undefined;
	return { release: `${name}@${version}`, ...(file && { file }), ...(signer && { signer }) };
}

/**
 * Compares a look with everything seen before, and notes it.
 * @param stored what the store has of this release, of whatever shape, or `undefined`.
 * @returns what to keep instead; whether the stored value is unreadable and has to be set aside; and the findings, the most important
 *   first: `seen-with-another-file`, `seen-with-another-signer`, `seen-with-provenance`, `seen-without-provenance`. Each has both values
 *   and the day on which each was first seen, the earlier first.
 */
export function noteSighting(
	stored: unknown,
	look: Look,
	now: Date,
): { kept: Sighting; isUnreadable: boolean; findings: Finding[] } {
	const before = parseSighting(stored);
	const at = now.toISOString();
	const files = noted(before?.files ?? [], look.file, at);
	const signers = noted(before?.signers ?? [], look.signer, at);
	return {
		kept: { release: look.release, files, signers, last: at },
		isUnreadable: stored !== undefined && before === undefined,
		findings: [...differenceInFile(files, look.file), ...differenceInSigner(signers, look.signer)],
	};
}

function signerOf({ repository, repositoryId, workflow, signer }: Identity): SeenSigner {
	const cut = (value: string) => value.slice(0, MAX_LENGTH);
	return {
		repository: cut(repository),
		...(repositoryId !== undefined && { repositoryId: cut(repositoryId) }),
		workflow: cut(workflow),
		signer: cut(signer),
	};
}

/** The values with this one added, its last look now. Two values are never merged, and the first is never dropped. */
function noted<T>(seen: readonly Seen<T>[], value: T | undefined, at: string): Seen<T>[] {
	if (value === undefined) return [...seen];
	const isKnown = seen.some((one) => isSame(one.value, value));
	const all = isKnown
		? seen.map((one) => (isSame(one.value, value) ? { ...one, last: at } : one))
		: [...seen, { value, first: at, last: at }];
	return all.length > MAX_SEEN ? all.toSpliced(1, all.length - MAX_SEEN) : all;
}

function differenceInFile(files: readonly Seen<string>[], file: string | undefined): Finding[] {
	if (file === undefined) return [];
	const other = files.find(({ value }) => value !== file);
	return other
		? [
				makeFinding(
					'seen-with-another-file',
					inOrder(other, seenNow(files, file), (value) => value),
				),
			]
		: [];
}

function differenceInSigner(signers: readonly Seen<SeenSigner>[], signer: SeenSigner | undefined): Finding[] {
	if (signer === undefined) return [];
	const others = signers.filter(({ value }) => !isSame(value, signer));
	const identity = others.find(({ value }) => value !== 'none');
	const other = identity ?? others[0];
	if (!other) return [];
	const code =
		signer === 'none' ? 'seen-with-provenance' : identity ? 'seen-with-another-signer' : 'seen-without-provenance';
	return [makeFinding(code, inOrder(other, seenNow(signers, signer), signerText))];
}

function seenNow<T>(seen: readonly Seen<T>[], value: T): Seen<T> {
	return seen.find((one) => isSame(one.value, value)) as Seen<T>;
}

/** Two values seen, the one seen first first. */
function inOrder<T>(one: Seen<T>, other: Seen<T>, textOf: (value: T) => string) {
	const [earlier, later] = one.first <= other.first ? [one, other] : [other, one];
	const said = ({ first, value }: Seen<T>) => ({ day: first.slice(0, 10), value: textOf(value) });
	return { earlier: said(earlier), later: said(later) };
}

/** A signer in one line of text. */
export function signerText(signer: SeenSigner): string {
	if (signer === 'none') return 'no provenance';
	const { repository, repositoryId, workflow, signer: by } = signer;
	const number = repositoryId === undefined ? '' : ` (number ${repositoryId})`;
	// The signer's name has repository and workflow in it, but for a reusable workflow of somebody else's.
	return by.startsWith(`${repository}/${workflow}@`)
		? `${by}${number}`
		: `${workflow} in ${repository}${number}, by ${by}`;
}

/** Whether two values are the same in every field. */
function isSame(one: unknown, other: unknown): boolean {
	if (typeof one !== 'object' || typeof other !== 'object' || !one || !other) return one === other;
	const [fields, others] = [Object.entries(one), Object.entries(other)];
	return fields.length === others.length && fields.every(([name, value]) => (other as never)[name] === value);
}
