/** Owns what a fuzzed world is made by: a recipe of plain JSON, drawn by fast-check, which shrinks it to what matters. */
import fc from 'fast-check';
import { HOSTILE_ORIGINS, ORIGINS, type OriginName } from './origins.ts';
import { FLAWS, FORMS } from './pool.ts';

/** What is otherwise with one release, than the routine of its package has it. */
export type Change =
	/** Whose record it has. */
	| { is: 'origin'; origin: OriginName; form?: (typeof FORMS)[number] }
	/** Published by hand, without any record. */
	| { is: 'token'; isDeprecated?: true }
	| { is: 'flaw'; flaw: (typeof FLAWS)[number] }
	/** The record of another slot. */
	| { is: 'foreign'; slot: number }
	/** Listed and not served; served and not listed; half of it served. */
	| { is: 'served'; how: 'nothing' | 'unlisted' | 'publish-only' | 'no-publish' | 'empty-list' }
	/** Records that are there twice, under another label, or beside one that nobody knows. */
	| {
			is: 'records';
			how: 'twice' | 'two-origins' | 'unknown-label' | 'publish-label' | 'unknown-beside' | 'many' | 'not-a-list';
	  }
	| { is: 'publish'; how: 'signature' | 'registry' | 'release' | 'of-another' }
	/** Answers that contradict each other, or the record. */
	| { is: 'integrity'; where: Where; value: 'of-another' | 'sha1' | 'none' | 'hidden' | 'two' }
	| { is: 'tarball'; where: Where; value: 'foreign-host' | 'hidden' | 'none' }
	| { is: 'signature'; how: 'missing' | 'of-another' | 'unknown-key' | 'hidden-key' | 'twenty' }
	| { is: 'time'; value: TimeValue }
	| { is: 'deprecated'; value: 'yes' | 'hidden' | 'huge' | 'true' | 'empty' }
	| { is: 'publisher'; value: PublisherValue }
	| { is: 'repository'; value: TextValue | 'of-thief' | 'number' }
	| { is: 'script'; value: TextValue }
	| { is: 'dependencies'; value: 'git' | 'hidden' | 'two-hundred' }
	| { is: 'listing'; where: Where; value: 'true' | 'empty' | 'text' | 'hidden' | 'huge' | 'odd-provenance' }
	| { is: 'absent'; where: Where }
	| { is: 'version-field'; where: Where }
	| { is: 'status'; status: Status };

type Where = 'manifest' | 'list' | 'both';
export type TextValue = 'ordinary' | 'hidden' | 'huge';
type TimeValue =
	| 'missing'
	| 'as-before'
	| 'day-only'
	| 'not-a-time'
	| 'far-future'
	| 'far-past'
	| 'hour-earlier'
	| 'number'
	| 'ten-days-earlier';
type PublisherValue = 'trusted' | 'staged' | 'token' | 'other' | 'hidden' | 'huge' | 'wrong';
/** How an answer fails. */
export type Status =
	| 404
	| 403
	| 429
	| 500
	| 302
	| 'unreachable'
	| 'timeout'
	| 'cut-off'
	| 'broken'
	| 'not-json'
	| 'wrong-shape'
	| 'deep';

/** A release without any record, of a version that no slot has. */
export interface ExtraRelease {
	version: string;
	/** The slot after which it comes, and by how much. */
	after: number;
	hours: number;
	/** Whether the list says that it has provenance; none is served. */
	isListed: boolean;
}

export type Answer = 'manifest' | 'list' | 'short-list' | 'attestations' | 'advisories' | 'keys';
const ANSWERS: readonly Answer[] = ['manifest', 'list', 'short-list', 'attestations', 'advisories', 'keys'];

export interface Recipe {
	/** Whose record the releases have, as a rule; `since`: the slot from which on they have any. */
	routine: { origin: OriginName | 'none'; since: number; publisher: 'token' | 'trusted' | 'staged' };
	/** Slots that were never published. */
	left: number[];
	/** `slot`: counted from the end, or the release that is looked at. */
	changes: { slot: number | 'here'; change: Change }[];
	extras: ExtraRelease[];
	/** The release that is looked at, by its place from the end of the list, the last being 0. */
	ask: number;
	asked: 'version' | 'latest' | 'range';
	/** What the dist-tag `latest` names, likewise. */
	latest: number | 'missing' | 'hidden' | 'nobody';
	/** Hours from the last release to the look. */
	hours: number;
	/** Answers that fail as a whole. */
	failures: { answer: Answer; status: Status }[];
	/** How the records of all releases fail but of the one that is looked at. */
	earlier: 'served' | Status;
	/** Places in an answer, outside of the signed bundles, where something else stands. */
	oddities: { answer: Answer; place: number; value: number }[];
	advisories:
		| 'none'
		| 'malware'
		| 'malware-hidden'
		| 'malware-huge'
		| 'other-version'
		| 'other-fault'
		| 'many'
		| 'wrong';
	keys: 'registry' | 'huge' | 'hidden';
	policy: 'none' | 'fits' | 'differs' | 'requires' | 'muted' | 'fits-thief' | 'unread';
	seen: 'nothing' | 'another-file' | 'another-signer' | 'never';
	/** Whether the registry is gone when the same is asked for again, and what was kept must do. */
	isKept: boolean;
	/** How many releases of the line are checked; the line is not always looked at. */
	most: number | 'no-line';
}

const where = fc.constantFrom<Where>('manifest', 'list', 'both');
const text = fc.constantFrom<TextValue>('ordinary', 'hidden', 'huge');
const status = fc.constantFrom<Status>(
	...([
		404,
		403,
		429,
		500,
		302,
		'unreachable',
		'timeout',
		'cut-off',
		'broken',
		'not-json',
		'wrong-shape',
		'deep',
	] as const),
);

const ordinaryOrigins = (Object.keys(ORIGINS) as OriginName[]).filter((name) => !HOSTILE_ORIGINS.includes(name));
const origin = fc.oneof(
	{ weight: 40, arbitrary: fc.constantFrom(...ordinaryOrigins) },
	{ weight: 1, arbitrary: fc.constantFrom(...HOSTILE_ORIGINS) },
);

/** One kind of change; its fields are drawn by `fields`. */
function change<Kind extends Change['is']>(
	is: Kind,
	fields: {
		[Key in keyof Omit<Extract<Change, { is: Kind }>, 'is'>]: fc.Arbitrary<
			NonNullable<Omit<Extract<Change, { is: Kind }>, 'is'>[Key]>
		>;
	},
): fc.Arbitrary<Change> {
	return fc.record({ is: fc.constant(is), ...fields }) as unknown as fc.Arbitrary<Change>;
}

const changeOf: fc.Arbitrary<Change> = fc.oneof(
	{ weight: 16, arbitrary: change('origin', { origin }) },
	{ weight: 1, arbitrary: fc.constantFrom(...FORMS).map((form): Change => ({ is: 'origin', origin: 'home', form })) },
	{ weight: 9, arbitrary: fc.constant<Change>({ is: 'token' }) },
	{ weight: 3, arbitrary: fc.constant<Change>({ is: 'token', isDeprecated: true }) },
	{ weight: 7, arbitrary: change('flaw', { flaw: fc.constantFrom(...FLAWS) }) },
	{ weight: 2, arbitrary: change('foreign', { slot: fc.nat(11) }) },
	{
		weight: 4,
		arbitrary: change('served', {
			how: fc.constantFrom('nothing', 'unlisted', 'publish-only', 'no-publish', 'empty-list'),
		}),
	},
	{
		weight: 3,
		arbitrary: change('records', {
			how: fc.constantFrom(
				...([
					'twice',
					'two-origins',
					'unknown-label',
					'publish-label',
					'unknown-beside',
					'many',
					'not-a-list',
				] as const),
			),
		}),
	},
	{
		weight: 2,
		arbitrary: change('publish', { how: fc.constantFrom('signature', 'registry', 'release', 'of-another') }),
	},
	{
		weight: 5,
		arbitrary: change('integrity', {
			where,
			value: fc.constantFrom('of-another', 'of-another', 'of-another', 'sha1', 'none', 'hidden', 'two'),
		}),
	},
	{ weight: 2, arbitrary: change('tarball', { where, value: fc.constantFrom('foreign-host', 'hidden', 'none') }) },
	{
		weight: 2,
		arbitrary: change('signature', {
			how: fc.constantFrom('missing', 'of-another', 'unknown-key', 'hidden-key', 'twenty'),
		}),
	},
	{
		weight: 3,
		arbitrary: change('time', {
			value: fc.constantFrom<TimeValue>(
				...(['missing', 'as-before', 'day-only', 'not-a-time', 'far-future', 'far-past'] as const),
				...(['hour-earlier', 'number', 'ten-days-earlier'] as const),
			),
		}),
	},
	{
		weight: 2,
		arbitrary: change('deprecated', { value: fc.constantFrom('yes', 'yes', 'hidden', 'huge', 'true', 'empty') }),
	},
	{
		weight: 3,
		arbitrary: change('publisher', {
			value: fc.constantFrom<PublisherValue>('trusted', 'staged', 'token', 'other', 'hidden', 'huge', 'wrong'),
		}),
	},
	{
		weight: 2,
		arbitrary: change('repository', {
			value: fc.constantFrom('ordinary', 'hidden', 'huge', 'of-thief', 'of-thief', 'number'),
		}),
	},
	{ weight: 2, arbitrary: change('script', { value: text }) },
	{ weight: 1, arbitrary: change('dependencies', { value: fc.constantFrom('git', 'hidden', 'two-hundred') }) },
	{
		weight: 2,
		arbitrary: change('listing', {
			where,
			value: fc.constantFrom('true', 'empty', 'text', 'hidden', 'huge', 'odd-provenance'),
		}),
	},
	{ weight: 1, arbitrary: change('absent', { where }) },
	{ weight: 1, arbitrary: change('version-field', { where }) },
	{ weight: 2, arbitrary: change('status', { status }) },
);

const VERSIONS = [
	...['0.0.1', '0.9.9', '1.0.2', '1.0.99', '1.1.1', '1.2.0-alpha.0', '1.2.3+build.7', '1.3.0-0', '1.9.9', '2.0.0-0'],
	...[
		'2.0.0-canary-aaaa',
		'2.0.99',
		'2.2.0',
		'3.0.0',
		'3.0.0-rc.1',
		'3.1.9',
		'3.5.1',
		'4.0.1',
		'5.0.0',
		'9007199254740993.0.0',
	],
];

const extra: fc.Arbitrary<ExtraRelease> = fc.record({
	version: fc.constantFrom(...VERSIONS),
	after: fc.nat(11),
	hours: fc.constantFrom(0, 1, 23, 25, 71, 73, 200, 719, 721, 1500, 9000),
	isListed: fc.boolean(),
});

/** A failing world is made smaller by putting the usual in the place of what is odd, too. */
const SHRINKS = { withCrossShrink: true };

/** Mostly nothing, so that most worlds have few things that are odd. */
const rarely = <T>(usual: T, weight: number, ...others: T[]) =>
	fc.oneof(SHRINKS, { weight, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constantFrom<T>(...others) });

/** How many different records the worlds are made of: minting them takes most of a short run's time. */
export type Breadth = 'narrow' | 'wide';

/** All worlds. */
export const recipesOf = (breadth: Breadth): fc.Arbitrary<Recipe> =>
	fc.record({
		routine: fc.record({
			origin: fc.oneof(
				SHRINKS,
				{ weight: 8, arbitrary: fc.constant<OriginName>('home') },
				{ weight: 2, arbitrary: fc.constant<'none'>('none') },
				{ weight: 2, arbitrary: fc.constantFrom<OriginName>(...ROUTINES[breadth]) },
			),
			since: fc.oneof(SHRINKS, { weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(11) }),
			publisher: fc.constantFrom('token', 'trusted', 'trusted', 'staged'),
		}),
		left: fc.array(fc.nat(11), { maxLength: 4 }),
		changes: fc.array(fc.record({ slot: slotOf(breadth), change: changeOf }), {
			minLength: 1,
			maxLength: 4,
			size: 'max',
		}),
		extras: fc.oneof(
			SHRINKS,
			{ weight: 3, arbitrary: fc.constant<ExtraRelease[]>([]) },
			{ weight: 1, arbitrary: fc.array(extra, { maxLength: 3 }) },
		),
		ask: fc.oneof(
			SHRINKS,
			{ weight: 4, arbitrary: fc.constant(0) },
			{ weight: 2, arbitrary: fc.nat(3) },
			{ weight: 1, arbitrary: fc.nat(14) },
		),
		asked: rarely<Recipe['asked']>('version', 6, 'latest', 'range'),
		latest: fc.oneof(
			SHRINKS,
			{ weight: 6, arbitrary: fc.constant(0) },
			{ weight: 2, arbitrary: fc.nat(5) },
			{ weight: 1, arbitrary: fc.constantFrom<Recipe['latest']>('missing', 'hidden', 'nobody') },
		),
		hours: fc.constantFrom(1, 5, 30, 80, 400, 800, 3000),
		failures: fc.oneof(
			SHRINKS,
			{ weight: 5, arbitrary: fc.constant<Recipe['failures']>([]) },
			{
				weight: 1,
				arbitrary: fc.array(fc.record({ answer: fc.constantFrom(...ANSWERS), status }), { minLength: 1, maxLength: 2 }),
			},
		),
		earlier: rarely<Recipe['earlier']>('served', 9, 404, 429, 500, 'unreachable', 'cut-off', 'wrong-shape'),
		oddities: fc.oneof(
			SHRINKS,
			{ weight: 5, arbitrary: fc.constant<Recipe['oddities']>([]) },
			{
				weight: 1,
				arbitrary: fc.array(fc.record({ answer: fc.constantFrom(...ANSWERS), place: fc.nat(), value: fc.nat() }), {
					minLength: 1,
					maxLength: 3,
				}),
			},
		),
		advisories: rarely<Recipe['advisories']>(
			'none',
			6,
			...([
				'malware',
				'malware',
				'malware-hidden',
				'malware-huge',
				'other-version',
				'other-fault',
				'many',
				'wrong',
			] as const),
		),
		keys: rarely<Recipe['keys']>('registry', 4, 'huge', 'hidden'),
		policy: rarely<Recipe['policy']>('none', 3, 'fits', 'differs', 'requires', 'muted', 'fits-thief', 'unread'),
		seen: rarely<Recipe['seen']>('nothing', 5, 'another-file', 'another-signer', 'never'),
		isKept: rarely(false, 12, true),
		most: rarely<Recipe['most']>('no-line', 1, 0, 0, 2, 5),
	});

/** Whose records a package may have as a rule, besides those of home. */
const ROUTINES: Record<Breadth, readonly OriginName[]> = {
	narrow: ['main', 'environment'],
	wide: ['main', 'environment', 'early', 'own-reusable', 'other-owner', 'dispatch', 'slsa-0.2', 'gitlab'],
};

/** What happens late is what is looked at. */
function slotOf(breadth: Breadth): fc.Arbitrary<number | 'here'> {
	return fc.oneof(
		SHRINKS,
		{ weight: 4, arbitrary: fc.constant<'here'>('here') },
		{ weight: 4, arbitrary: fc.nat(2) },
		{ weight: 1, arbitrary: fc.nat(breadth === 'narrow' ? 3 : 11) },
	);
}
