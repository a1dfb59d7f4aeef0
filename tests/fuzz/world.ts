/** Owns how a recipe becomes a world: the six answers of a registry, as JSON or as a failure, and who looks at what. */
import { createHash } from 'node:crypto';
import { type Json, leavesOf } from '../fixtures/mutate.ts';
import { type Attestation, attestationsPointer, tarballAddress } from '../support/mint.ts';
import { ORIGINS } from './origins.ts';
import type { Pool } from './pool.ts';
import type { Answer, Change, ExtraRelease, Recipe, Status, TextValue } from './recipe.ts';
import { INVISIBLE } from './text.ts';
import type { Timeline } from './timeline.ts';

/** One answer: JSON with status 200, or how it fails. */
export interface Served {
	json: unknown;
	status?: Status;
}

/** What is asked, and what is answered. */
export interface World {
	name: string;
	/** The version that is looked at, and how it is named. */
	version: string;
	selector: string;
	kind: 'version' | 'tag' | 'range';
	now: Date;
	/** By version; a version that is not in here has none (404). */
	manifests: Map<string, Served>;
	attestations: Map<string, Served>;
	list: Served;
	shortList: Served;
	advisories: Served;
	keys: Served;
	policy: Recipe['policy'];
	seen: Recipe['seen'];
	isKept: boolean;
	/** Whether something in the manifest may be of any shape. */
	isManifestOdd: boolean;
	/** How many releases of the line are checked; nothing where the line is not looked at. */
	most: number | undefined;
}

// biome-ignore lint/suspicious/noExplicitAny: any part of it is changed
type Document = any;

/** A release while it is made. */
interface Draft {
	version: string;
	at: Date;
	/** What the list says of the time, where that is not `at`. */
	time?: unknown;
	manifest: Document;
	/** What the list says of the same release. */
	entry: Document;
	/** What is served of records; nothing where there are none. */
	records: Document | undefined;
	status?: Status;
	isInList: boolean;
	isServed: boolean;
	slot?: number;
}

const PUBLISH_LABEL = 'https://github.com/npm/attestation/tree/main/specs/publish/v0.1';
const HIDDEN = `a${INVISIBLE.join('')}b`;
/** Cut at an even place, half a character is left. */
const HUGE = `x${'\u{1f600}'.repeat(60_000)}`;
const textOf = (value: TextValue, ordinary: string) => ({ ordinary, hidden: HIDDEN, huge: HUGE })[value];

/** The world of a recipe; what is signed in it is the pool's. */
export async function makeWorld(recipe: Recipe, pool: Pool, timeline: Timeline): Promise<World> {
	const { name } = pool;
	const drafts = await draftsOf(recipe, pool, timeline);
	const slots = drafts.filter(({ slot }) => slot !== undefined);
	const asked = drafts.at(-1 - (recipe.ask % drafts.length)) as Draft;
	for (const { slot, change } of recipe.changes) {
		const draft = slot === 'here' ? asked : slots.at(-1 - (slot % slots.length));
		if (draft) await apply(change, draft, { pool, timeline, drafts });
	}
	if (recipe.earlier !== 'served')
		for (const draft of drafts) if (draft !== asked && draft.records) draft.status = recipe.earlier;
	const last = drafts.at(-1) as Draft;
	const latest = latestOf(recipe.latest, drafts);
	// A tag or a range that names another release asks for that.
	const target = recipe.asked === 'latest' ? (drafts.find(({ version }) => version === latest) ?? asked) : asked;
	const { version } = target;
	const selector = recipe.asked === 'version' ? version : recipe.asked === 'latest' ? 'latest' : `=${version}`;
	const kind = recipe.asked === 'latest' ? 'tag' : recipe.asked;
	const world: World = {
		name,
		version,
		selector,
		kind,
		now: new Date(last.at.getTime() + recipe.hours * 3_600_000),
		manifests: new Map(drafts.flatMap((draft) => (draft.isServed ? [[draft.version, { json: draft.manifest }]] : []))),
		attestations: new Map(
			drafts.flatMap(({ version, records, status }) =>
				records === undefined && status === undefined
					? []
					: [[version, { json: records, ...(status !== undefined && { status }) }]],
			),
		),
		list: { json: listOf(name, drafts, latest) },
		shortList: { json: shortListOf(name, drafts, latest) },
		advisories: { json: advisoriesOf(recipe.advisories, name, version) },
		keys: { json: keysOf(recipe.keys) },
		policy: recipe.policy,
		seen: recipe.seen,
		isKept: recipe.isKept,
		isManifestOdd: recipe.oddities.some(({ answer }) => answer === 'manifest'),
		most: recipe.most === 'no-line' ? undefined : recipe.most,
	};
	for (const { answer, place, value } of recipe.oddities) oddify(served(world, answer)?.json, place, value);
	for (const { answer, status } of recipe.failures) {
		const one = served(world, answer);
		if (one) one.status = status;
		else if (answer === 'attestations') world.attestations.set(version, { json: undefined, status });
	}
	return world;
}

/** The answer of a kind that is about the release looked at. */
function served(world: World, answer: Answer): Served | undefined {
	switch (answer) {
		case 'manifest':
			return world.manifests.get(world.version);
		case 'attestations':
			return world.attestations.get(world.version);
		case 'list':
			return world.list;
		case 'short-list':
			return world.shortList;
		case 'advisories':
			return world.advisories;
		case 'keys':
			return world.keys;
	}
}

async function draftsOf({ left, routine, extras }: Recipe, pool: Pool, { slots }: Timeline): Promise<Draft[]> {
	const gone = new Set(left.map((slot) => slot % slots.length));
	// At least one is left.
	const kept = slots.map((_, index) => index).filter((index) => index === slots.length - 1 || !gone.has(index));
	const drafts: Draft[] = [];
	for (const slot of kept) {
		const draft = draftOf(slot, await pool.file(slot), slots[slot]?.publishedAt as Date);
		drafts.push(draft);
		if (routine.origin === 'none' || slot < routine.since) continue;
		await setRecords(draft, [await pool.publish(slot), await pool.provenance(slot, routine.origin)]);
		setPublisher(draft, routine.publisher);
	}
	const versions = new Set(drafts.map(({ version }) => version));
	for (const extra of extras) {
		if (versions.has(extra.version)) continue;
		versions.add(extra.version);
		drafts.push(extraDraft(extra, pool.name, slots[extra.after % slots.length]?.publishedAt as Date));
	}
	return drafts.sort((one, other) => one.at.getTime() - other.at.getTime());
}

function draftOf(slot: number, { manifest }: { manifest: Document }, at: Date): Draft {
	const { version } = manifest;
	const draft: Draft = {
		slot,
		version,
		at,
		manifest: structuredClone(manifest),
		entry: structuredClone(manifest),
		records: undefined,
		isInList: true,
		isServed: true,
	};
	setPublisher(draft, 'token');
	return draft;
}

function extraDraft({ version, hours, isListed }: ExtraRelease, name: string, after: Date): Draft {
	const integrity = `sha512-${createHash('sha512').update(version).digest('base64')}`;
	const manifest = { name, version, dist: { integrity, tarball: tarballAddress(name, version) } };
	const draft: Draft = {
		version,
		at: new Date(after.getTime() + hours * 3_600_000),
		manifest,
		entry: structuredClone(manifest),
		records: undefined,
		isInList: true,
		isServed: true,
	};
	setPublisher(draft, 'token');
	if (isListed) listRecords(draft);
	return draft;
}

function both(draft: Draft, where: 'manifest' | 'list' | 'both', set: (document: Document) => void): void {
	if (where !== 'list') set(draft.manifest);
	if (where !== 'manifest') set(draft.entry);
}

function listRecords(draft: Draft): void {
	both(draft, 'both', ({ name, version, dist }) => {
		dist.attestations = attestationsPointer(name, version);
	});
}

function setRecords(draft: Draft, records: readonly (Attestation | undefined)[]): void {
	draft.records = { attestations: records.filter((one) => one !== undefined) };
	listRecords(draft);
}

const PUBLISHERS = {
	token: { name: 'maintainer', email: 'maintainer@example.test' },
	trusted: {
		name: 'GitHub Actions',
		email: 'npm-oidc-no-reply@github.com',
		trustedPublisher: { id: 'github', oidcConfigId: 'oidc:11111111-2222-4333-8444-555555555555' },
	},
	staged: {
		name: 'GitHub Actions',
		trustedPublisher: { id: 'github', oidcConfigId: 'oidc:11111111-2222-4333-8444-555555555555' },
		approver: { name: 'maintainer' },
	},
	other: { name: 'somebody-else' },
	hidden: { name: HIDDEN, trustedPublisher: { id: HIDDEN } },
	huge: { name: HUGE, trustedPublisher: { id: HUGE }, approver: { name: HUGE } },
	wrong: ['maintainer'],
};

function setPublisher(draft: Draft, publisher: keyof typeof PUBLISHERS): void {
	both(draft, 'both', (document) => {
		document._npmUser = structuredClone(PUBLISHERS[publisher]);
	});
}

/** A slot to take something of another release from. */
function another(slot: number, slots: number): number {
	return (slot + 1) % slots;
}

async function apply(
	change: Change,
	draft: Draft,
	{ pool, timeline, drafts }: { pool: Pool; timeline: Timeline; drafts: Draft[] },
): Promise<void> {
	const { slot = 0 } = draft;
	const count = timeline.slots.length;
	const publish = () => pool.publish(slot);
	const list: Document[] = Array.isArray(draft.records?.attestations) ? draft.records.attestations : [];
	const provenanceOf = () => list.find(({ predicateType }) => predicateType.includes('provenance'));
	switch (change.is) {
		case 'origin':
			setRecords(draft, [await publish(), await pool.provenance(slot, change.origin, change.form)]);
			return;
		case 'token':
			draft.records = undefined;
			both(draft, 'both', (document) => {
				delete document.dist.attestations;
				if (change.isDeprecated) document.deprecated = 'Published by mistake.';
			});
			setPublisher(draft, 'token');
			return;
		case 'flaw':
			setRecords(draft, [await publish(), await pool.provenance(slot, 'home', change.flaw)]);
			return;
		case 'foreign': {
			const from = change.slot % count === slot ? another(slot, count) : change.slot % count;
			setRecords(draft, [await publish(), await pool.provenance(from, 'home')]);
			return;
		}
		case 'served':
			if (change.how === 'nothing') {
				listRecords(draft);
				draft.records = undefined;
			} else if (change.how === 'unlisted') {
				both(draft, 'both', ({ dist }) => {
					delete dist.attestations;
				});
			} else if (change.how === 'empty-list') draft.records = { attestations: [] };
			else if (change.how === 'publish-only')
				draft.records = { attestations: [await publish()].filter((one) => one !== undefined) };
			else draft.records = { attestations: list.filter((one) => one === provenanceOf()) };
			return;
		case 'records': {
			const found = provenanceOf() ?? (await pool.provenance(slot, 'home'));
			const others = list.filter((one) => one !== provenanceOf());
			if (change.how === 'twice') setRecords(draft, [...others, found, structuredClone(found)]);
			if (change.how === 'two-origins')
				setRecords(draft, [...others, found, await pool.provenance(slot, 'other-owner')]);
			if (change.how === 'unknown-label')
				setRecords(draft, [...others, { ...found, predicateType: `https://example.test/${HIDDEN}` }]);
			if (change.how === 'publish-label') setRecords(draft, [{ ...found, predicateType: PUBLISH_LABEL }]);
			if (change.how === 'unknown-beside')
				setRecords(draft, [...others, found, { predicateType: HUGE, bundle: HIDDEN } as unknown as Attestation]);
			if (change.how === 'many')
				setRecords(
					draft,
					Array.from({ length: 40 }, () => found),
				);
			if (change.how === 'not-a-list') draft.records = { attestations: { 0: found } };
			return;
		}
		case 'publish': {
			const odd =
				change.how === 'of-another' ? await pool.publish(another(slot, count)) : await pool.publish(slot, change.how);
			const found = provenanceOf();
			setRecords(draft, found ? [odd, found] : [odd]);
			return;
		}
		case 'integrity': {
			const other = (await pool.file(another(slot, count))).manifest.dist.integrity as string;
			both(draft, change.where, ({ dist }) => {
				const own = dist.integrity;
				const values = {
					'of-another': other,
					sha1: 'sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=',
					none: undefined,
					// Another change may have taken its own away.
					hidden: `${own ?? ''}${HIDDEN}`,
					two: [own, other].filter((one) => one !== undefined).join(' '),
				};
				dist.integrity = values[change.value];
			});
			return;
		}
		case 'tarball':
			both(draft, change.where, ({ name, version, dist }) => {
				const values = {
					'foreign-host': `https://files.example.test/${name}-${version}.tgz`,
					hidden: `https://files${HIDDEN}.test/`,
					none: undefined,
				};
				dist.tarball = values[change.value];
			});
			return;
		case 'signature': {
			const other = (await pool.file(another(slot, count))).manifest.dist.signatures as Document[] | undefined;
			both(draft, 'both', ({ dist }) => {
				const own = dist.signatures ?? [];
				const values = {
					missing: undefined,
					'of-another': other,
					'unknown-key': own.map((one: Document) => ({ ...one, keyid: 'SHA256:unknown' })),
					'hidden-key': [{ keyid: HIDDEN, sig: 'AAAA' }],
					twenty: Array.from({ length: 20 }, () => own[0]),
				};
				dist.signatures = structuredClone(values[change.how]);
			});
			return;
		}
		case 'time': {
			const before = drafts[drafts.indexOf(draft) - 1] ?? draft;
			const at = draft.at.getTime();
			draft.time = {
				missing: undefined,
				'as-before': before.at.toISOString(),
				'day-only': draft.at.toISOString().slice(0, 10),
				'not-a-time': `2026-13-45T${HIDDEN}`,
				'far-future': '+275760-09-13T00:00:00.000Z',
				'far-past': '0001-01-01T00:00:00.000Z',
				'hour-earlier': new Date(at - 3_600_000).toISOString(),
				number: at,
				'ten-days-earlier': new Date(at - 240 * 3_600_000).toISOString(),
			}[change.value];
			if (draft.time === undefined) draft.time = null;
			return;
		}
		case 'deprecated':
			both(draft, 'both', (document) => {
				const values = { yes: 'Do not use this version.', hidden: HIDDEN, huge: HUGE, true: true, empty: '' };
				document.deprecated = values[change.value];
			});
			return;
		case 'publisher':
			setPublisher(draft, change.value);
			return;
		case 'repository':
			both(draft, 'both', (document) => {
				document.repository =
					change.value === 'of-thief'
						? { type: 'git', url: 'git+https://github.com/thief/minted.git' }
						: change.value === 'number'
							? 7
							: { type: 'git', url: textOf(change.value, 'github:stamp-test/minted') };
			});
			return;
		case 'script':
			both(draft, 'both', (document) => {
				document.scripts = { postinstall: textOf(change.value, 'node install.js'), [HIDDEN]: HIDDEN };
			});
			return;
		case 'dependencies':
			both(draft, 'both', (document) => {
				const git = (suffix: string) => [`dependency${suffix}`, `git+https://example.test/${suffix}`];
				document.dependencies = Object.fromEntries(
					change.value === 'two-hundred'
						? Array.from({ length: 200 }, (_, index) => git(`${index}${'y'.repeat(300)}`))
						: [git(change.value === 'hidden' ? HIDDEN : 'a')],
				);
			});
			return;
		case 'listing':
			both(draft, change.where, ({ dist }) => {
				const values = {
					true: true,
					empty: {},
					text: 'yes',
					hidden: { provenance: { predicateType: HIDDEN } },
					huge: { provenance: { predicateType: HUGE } },
					'odd-provenance': { provenance: [1] },
				};
				dist.attestations = values[change.value];
			});
			return;
		case 'absent':
			if (change.where !== 'list') draft.isServed = false;
			if (change.where !== 'manifest') draft.isInList = false;
			return;
		case 'version-field':
			both(draft, change.where, (document) => {
				document.version = '99.0.0';
			});
			return;
		case 'status':
			draft.status = change.status;
			return;
	}
}

function latestOf(latest: Recipe['latest'], drafts: Draft[]): unknown {
	if (typeof latest === 'number') return drafts.at(-1 - (latest % drafts.length))?.version;
	return { missing: undefined, hidden: HIDDEN, nobody: '77.0.0' }[latest];
}

function listOf(name: string, drafts: Draft[], latest: unknown): Document {
	const listed = drafts.filter(({ isInList }) => isInList);
	const times = listed.map((draft) => [draft.version, draft.time === undefined ? draft.at.toISOString() : draft.time]);
	return {
		_id: name,
		name,
		'dist-tags': { latest, next: drafts.at(-1)?.version },
		time: { created: drafts[0]?.at.toISOString(), ...Object.fromEntries(times.filter(([, time]) => time !== null)) },
		versions: Object.fromEntries(listed.map(({ version, entry }) => [version, structuredClone(entry)])),
		readme: HIDDEN,
	};
}

/** What npm itself installs from: no times, no accounts. */
function shortListOf(name: string, drafts: Draft[], latest: unknown): Document {
	const brief = ({ name, version, dist, deprecated, dependencies }: Document) =>
		structuredClone({
			name,
			version,
			...(deprecated !== undefined && { deprecated }),
			...(dependencies && { dependencies }),
			dist,
		});
	return {
		name,
		modified: drafts.at(-1)?.at.toISOString(),
		'dist-tags': { latest, next: drafts.at(-1)?.version },
		versions: Object.fromEntries(
			drafts.filter(({ isInList }) => isInList).map(({ version, entry }) => [version, brief(entry)]),
		),
	};
}

function advisoriesOf(kind: Recipe['advisories'], name: string, version: string): Document {
	const malware = {
		id: 1100000,
		url: 'https://github.com/advisories/GHSA-2222-3333-4444',
		title: `Malware in ${name}`,
		severity: 'critical',
		vulnerable_versions: `=${version}`,
		cwe: ['CWE-506'],
	};
	switch (kind) {
		case 'none':
			return {};
		case 'malware':
			return { [name]: [malware] };
		case 'malware-hidden':
			return { [name]: [{ ...malware, title: HIDDEN, url: `https://github.com/advisories/${HIDDEN}` }] };
		case 'malware-huge':
			return { [name]: [{ ...malware, title: HUGE, url: HUGE }] };
		case 'other-version':
			return { [name]: [{ ...malware, vulnerable_versions: '<0.0.1' }] };
		case 'other-fault':
			return { [name]: [{ ...malware, title: 'Slow regular expression', cwe: ['CWE-1333'] }] };
		case 'many':
			return {
				[name]: [...Array.from({ length: 500 }, () => ({ ...malware, vulnerable_versions: '<0.0.1' })), malware],
			};
		case 'wrong':
			return { [name]: { 0: malware } };
	}
}

function keysOf(kind: Recipe['keys']): Document {
	const key = { keyid: 'SHA256:unknown', keytype: 'ecdsa-sha2-nistp256', scheme: 'ecdsa-sha2-nistp256', key: 'AAAA' };
	switch (kind) {
		case 'registry':
			return { keys: [{ ...key, expires: null }] };
		case 'huge':
			return { keys: Array.from({ length: 500 }, () => ({ ...key, expires: HUGE.slice(0, 500) })) };
		case 'hidden':
			return {
				keys: [
					{ ...key, expires: HIDDEN },
					{ ...key, keyid: HIDDEN },
				],
			};
	}
}

const ODD: readonly Json[] = [
	...[null, true, 0, -1, 1e308, '', 'x', HIDDEN, HUGE, [], {}, [[]], '2026-01-01T00:00:00.000Z', '1.0.0', '\ud800'],
	...['__proto__', { __proto__: 1, constructor: 1 }, 'sha512-', 'javascript:alert(1)', { provenance: {} }, { url: {} }],
];

/** Puts something else into one place, outside of the signed bundles; every seventh time takes it away. */
function oddify(json: unknown, place: number, value: number): void {
	const places = leavesOf({ json } as Json).filter(({ path }) => path.length > 1 && !path.includes('bundle'));
	const leaf = places[place % Math.max(1, places.length)];
	if (!leaf) return;
	const holder = leaf.holder as { [key: string]: Json };
	if (value % 7 === 6 && !Array.isArray(leaf.holder)) delete holder[leaf.key];
	else holder[leaf.key] = structuredClone(ODD[value % ODD.length] as Json);
}

/** What an allowlist says in a world, as JSON; nothing where there is none. */
export function policyOf({ policy, name, version }: World): object | undefined {
	const row = { package: name };
	const repository = ORIGINS.home(version).extensions[12];
	switch (policy) {
		case 'none':
		case 'unread':
			return undefined;
		case 'fits':
			return { version: 1, rows: [{ ...row, repository, workflow: '.github/workflows/release.yml' }] };
		case 'differs':
			return { version: 1, rows: [{ ...row, repository: 'https://github.com/expected/elsewhere' }] };
		case 'fits-thief':
			return { version: 1, rows: [{ ...row, repository: 'https://github.com/thief/minted' }] };
		case 'requires':
			return { version: 1, rows: [{ ...row, repository, provenance: 'required' }] };
		case 'muted':
			return { version: 1, rows: [], mutes: [{ ...row, note: HIDDEN, date: '2026-10-01' }] };
	}
}
