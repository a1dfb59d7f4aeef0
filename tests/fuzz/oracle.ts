/**
 * Owns what no answer of the product may be, of any world: computed from what is served and what is known of each record, by the
 * rules of the comparison, and without the product's code. Bounds are one-sided: never better than the evidence allows.
 */
import compareVersions from 'semver/functions/compare.js';
import parseVersion from 'semver/functions/parse.js';
import type { Report } from '../../lib/report/report.ts';
import { contradictionsOf } from '../fixtures/chain.ts';
import type { Origin, Pool, Signed } from './pool.ts';
import { isAnswered } from './registry.ts';
import type { Answered } from './subject.ts';
import { invisibleIn } from './text.ts';
import type { World } from './world.ts';

/** Something that an answer must not be. */
export interface Violation {
	/** Stable, so that faults can name the rule that finds them. */
	rule: string;
	detail: string;
}

// biome-ignore lint/suspicious/noExplicitAny: what a registry serves may be of any shape
type Document = any;

const MAX_REPORT_BYTES = 100_000;
const MAX_OF_A_CODE = 10;
/** As the comparison says: five for an ordinary release, eight where something differs. */
const MAX_REQUESTS = 8;
const ALARMS = ['mismatch', 'not-allowed', 'lost', 'changed'];
const HOUR = 3_600_000;
const MONTH = 30 * 24 * HOUR;
/** What JavaScript makes of nothing, as a word of its own: fingerprints have any letters. */
const NOTHING = /(^|[\s(“:])(undefined|NaN|null|\[object \w+\])([\s).,;”]|$)/;
const PROVENANCE = /^https:\/\/slsa\.dev\/provenance\/v(0\.2|1)$/;

/** Everything that is wrong with what was answered; empty for a sound answer. */
export function judge(world: World, answered: Answered, pool: Pool): Violation[] {
	const violations: Violation[] = [];
	const refuse = (rule: string, detail: string) => violations.push({ rule, detail });
	judgeForm(answered, refuse);
	const facts = factsOf(world, answered.completed.report.release.version, pool);
	judgeName(world, answered, refuse);
	for (const when of ['first', 'completed'] as const)
		for (const fault of contradictionsOf(answered.chains[when], answered[when].report))
			refuse('link-without-claim', `${when}: ${fault}`);
	for (const when of ['first', 'completed'] as const) judgeRecord(facts, answered[when].report, when, refuse);
	judgeCompleted(facts, answered, refuse);
	judgeAdvice(facts, answered, refuse);
	judgeMark(facts, answered, refuse);
	judgeLine(facts, answered, refuse);
	return violations;
}

type Refuse = (rule: string, detail: string) => void;

/** What holds of every answer, whatever it was made of. */
function judgeForm({ first, completed, words, asked, line, mark }: Answered, refuse: Refuse): void {
	for (const [when, { report }] of Object.entries({ first, completed })) {
		const bytes = Buffer.byteLength(JSON.stringify(report));
		if (bytes > MAX_REPORT_BYTES) refuse('report-too-large', `${when}: ${bytes} bytes`);
		const warnings = report.findings.filter(({ warning }) => warning).map(({ code }) => code);
		if (warnings.length > 1) refuse('second-warning', `${when}: ${warnings.join(', ')}`);
		const counts = new Map<string, number>();
		for (const { code } of report.findings) counts.set(code, (counts.get(code) ?? 0) + 1);
		for (const [code, count] of counts)
			if (count > MAX_OF_A_CODE) refuse('too-many-findings', `${when}: ${count} of ${code}`);
	}
	if (first.report.verdict === 'none' || first.report.verdict === 'lost' || first.report.verdict === 'changed')
		refuse('compared-too-early', first.report.verdict);
	const lineBytes = line?.ok ? Buffer.byteLength(JSON.stringify(line.value)) : 0;
	if (lineBytes > 10 * MAX_REPORT_BYTES) refuse('line-too-large', `${lineBytes} bytes`);
	for (const [place, text] of Object.entries({ ...words, look: mark.look })) {
		const found = invisibleIn(text);
		if (found !== undefined) refuse('invisible-character', `${place}: ${found}`);
		if (NOTHING.test(text)) refuse('words-of-nothing', `${place}: ${text.slice(0, 200)}`);
	}
	// Keys are asked for where one is lacking, the short list where a range is to be resolved.
	const requests = asked.panel.filter((kind) => kind !== 'keys' && kind !== 'short-list');
	// A list that was kept and lacks the release is asked for once more.
	const isAgain = requests.filter((kind) => kind === 'list').length > 1;
	if (requests.length - (isAgain ? 1 : 0) > MAX_REQUESTS) refuse('too-many-requests', requests.join(', '));
}

/** The Report is about what was asked for. */
function judgeName(world: World, { completed }: Answered, refuse: Refuse): void {
	const { name, version } = completed.report.release;
	if (name !== world.name) refuse('another-package', name);
	if (world.kind === 'version' && version !== world.selector) refuse('another-version', version);
}

/** One release, as it is served. */
interface Row {
	version: string;
	/** Milliseconds since the epoch, as the list says; `NaN` where it says none that can be read. */
	at: number;
	/** Whether the list names provenance for it, and whether it may be read so. */
	isListed: boolean;
	mayBeListed: boolean;
	entry: Document;
	/** Its one record, where that is genuine, whole and its own. */
	record: Signed | undefined;
	/** Whether that is served as the registry would, so that nobody can overlook it. */
	isPlain: boolean;
}

interface Facts {
	world: World;
	version: string;
	/** Nothing where it was not answered, or names another release. */
	manifest: Document | undefined;
	/** What is served of records; nothing where that was not answered. */
	served: Served | undefined;
	/** Rows of the list; nothing where the list cannot be read. */
	rows: Row[] | undefined;
	here: Row | undefined;
	isMalware: boolean;
	/** Which file a registry signature is about (see `Pool`). */
	signedFile: Pool['signedFile'];
}

interface Served {
	/** Each attestation, and what is known of it. */
	all: { label: unknown; signed: Signed | undefined }[];
	/** Whether it is a list at all. */
	isRead: boolean;
}

function factsOf(world: World, version: string, pool: Pool): Facts {
	const answer = world.manifests.get(version);
	const manifest = isAnswered(answer) ? (answer.json as Document) : undefined;
	const rows = isAnswered(world.list) ? rowsOf(world, pool) : undefined;
	return {
		world,
		version,
		manifest: manifest?.name === world.name && manifest?.version === version ? manifest : undefined,
		served: servedOf(world, version, pool),
		rows,
		here: rows?.find((row) => row.version === version),
		isMalware: isMalware(world, version),
		signedFile: pool.signedFile,
	};
}

function servedOf(world: World, version: string, pool: Pool): Served | undefined {
	const answer = world.attestations.get(version);
	if (answer === undefined || answer.status === 404) return { all: [], isRead: true };
	// 403 and the like are read as "no such thing"; whoever serves them serves no record.
	if (answer.status === 403) return { all: [], isRead: true };
	if (!isAnswered(answer)) return undefined;
	if (answer.json === undefined) return undefined;
	const list = (answer.json as Document)?.attestations;
	if (!Array.isArray(list)) return { all: [], isRead: false };
	return {
		all: list.map((one) => ({ label: one?.predicateType, signed: pool.known(one?.bundle) })),
		isRead: true,
	};
}

/** Whether an attestation is provenance: by what is signed in it, and only where that is not known, by its label, which nobody signed. */
function isProvenance({ signed, label }: Served['all'][number]): boolean {
	return signed ? signed.kind === 'provenance' : PROVENANCE.test(`${label}`);
}

/** The one provenance that is served, where it is genuine, of a build service that is known, and of this very file. */
function recordOf(served: Served | undefined, version: string, integrity: unknown): Signed | undefined {
	const [only, ...others] = served?.all.filter(isProvenance) ?? [];
	if (!only?.signed || others.length > 0) return undefined;
	const { signed } = only;
	const isOwn = signed.truth === 'genuine' && signed.version === version && signed.integrity === integrity;
	return isOwn && signed.origin && isKnownService(signed.origin) ? signed : undefined;
}

function isLabelOf({ kind }: Signed, label: unknown): boolean {
	return kind === 'provenance' ? PROVENANCE.test(`${label}`) : `${label}`.includes('/specs/publish/');
}

function isKnownService({ issuer }: Origin): boolean {
	return issuer === 'https://token.actions.githubusercontent.com' || issuer === 'https://gitlab.com';
}

function rowsOf(world: World, pool: Pool): Row[] | undefined {
	const list = world.list.json as Document;
	if (list?.name !== world.name || typeof list.versions !== 'object' || list.versions === null) return undefined;
	if (Array.isArray(list.versions)) return undefined;
	return Object.entries(list.versions as Record<string, Document>).flatMap(([version, entry]) => {
		if (parseVersion(version) === null || entry?.version !== version) return [];
		const time = Object.hasOwn(list.time ?? {}, version) ? list.time[version] : undefined;
		const served = servedOf(world, version, pool);
		return [
			{
				version,
				at: typeof time === 'string' && /^\d{4}-/.test(time) ? Date.parse(time) : Number.NaN,
				isListed: typeof entry.dist?.attestations?.provenance?.predicateType === 'string',
				mayBeListed: Boolean(entry.dist?.attestations),
				entry,
				record: recordOf(served, version, entry.dist?.integrity),
				isPlain:
					served?.all.every(({ signed, label }) => signed?.truth === 'genuine' && isLabelOf(signed, label)) === true,
			},
		];
	});
}

function isMalware({ advisories, name }: World, version: string): boolean {
	// What semver cannot read is in no range.
	if (!isAnswered(advisories) || parseVersion(version) === null) return false;
	const listed = (advisories.json as Document)?.[name];
	if (!Array.isArray(listed)) return false;
	return listed.some(
		(one) =>
			one?.vulnerable_versions === `=${version}` &&
			typeof one.title === 'string' &&
			(one.url === undefined || typeof one.url === 'string') &&
			Array.isArray(one.cwe) &&
			one.cwe.every((name: unknown) => typeof name === 'string') &&
			one.cwe.includes('CWE-506'),
	);
}

/** What the release's own records allow to be said, compared or not. */
function judgeRecord(facts: Facts, report: Report, when: string, refuse: Refuse): void {
	const { manifest, served, version } = facts;
	const { verdict, identity } = report;
	const record = recordOf(served, version, manifest?.dist?.integrity);
	const isGood = verdict === 'confirmed' || verdict === 'changed';
	if (isGood && !manifest) refuse('confirmed-without-manifest', `${when}: ${verdict}`);
	if (isGood && !record) refuse('confirmed-without-record', `${when}: ${verdict}`);
	if (identity && !record) refuse('identity-without-record', `${when}: ${identity.repository}`);
	if (identity && record?.origin) {
		for (const [field, said] of Object.entries(record.origin))
			if (identity[field as keyof Origin] !== said)
				refuse('identity-not-of-record', `${when}: ${field} ${identity[field as keyof Origin]}, signed ${said}`);
	}
	const isFalse = served?.all.some(({ signed }) => signed?.truth === 'false' || isOfAnother(signed, facts));
	if (isFalse && !['mismatch', 'unknown'].includes(verdict)) refuse('false-record-passed', `${when}: ${verdict}`);
	// Where all else can be read, what is false must be called false, and not merely unknown.
	if (isFalse && served?.isRead && isPlain(facts) && verdict !== 'mismatch')
		refuse('false-record-not-refuted', `${when}: ${verdict}`);
	const isBadSignature = isRegistrySignatureFalse(facts);
	if (isBadSignature && ['confirmed', 'changed', 'none', 'lost'].includes(verdict))
		refuse('registry-signature-passed', `${when}: ${verdict}`);
	if (verdict === 'none' || verdict === 'lost') {
		const records = served?.all.filter(isProvenance);
		if (!served?.isRead || (records?.length ?? 0) > 0) refuse('none-with-record', `${when}: ${verdict}`);
		if (!manifest) refuse('none-without-manifest', `${when}: ${verdict}`);
		if (typeof manifest?.dist?.attestations?.provenance?.predicateType === 'string')
			refuse('none-though-listed', `${when}: ${verdict}`);
	}
	judgePolicy(facts, report, record, when, refuse);
}

/** Whether a genuine record speaks of another release or another file. */
function isOfAnother(signed: Signed | undefined, { version, manifest }: Facts): boolean {
	if (signed?.truth !== 'genuine' || !manifest) return false;
	const integrity = manifest.dist?.integrity;
	const isReadable = typeof integrity === 'string' && /^sha512-[A-Za-z0-9+/]{86}==$/.test(integrity);
	return isReadable && (signed.version !== version || signed.integrity !== integrity);
}

/** One provenance and at most one publish attestation, each under its own label; a manifest without oddities in what counts. */
function isPlain({ served, manifest, world }: Facts): boolean {
	const { dist } = manifest ?? {};
	if (world.isManifestOdd || (dist?.signatures?.length ?? 0) > 16) return false;
	if (!dist || !/^sha512-[A-Za-z0-9+/]{86}==$/.test(`${dist.integrity}`)) return false;
	if (typeof manifest._npmUser !== 'object' || Array.isArray(manifest._npmUser)) return false;
	const known = served?.all.filter(({ signed }) => signed) ?? [];
	if (known.length !== served?.all.length || known.some(({ signed }) => signed?.truth === 'unchecked')) return false;
	const provenance = known.filter(({ signed }) => signed?.kind === 'provenance');
	const publish = known.filter(({ signed }) => signed?.kind === 'publish');
	const isLabelled = known.every(({ signed, label }) => signed && isLabelOf(signed, label));
	const pointer = dist.attestations;
	const isPointer = pointer === undefined || typeof pointer?.provenance?.predicateType === 'string';
	const isKnown = provenance.every(({ signed }) => signed?.origin && isKnownService(signed.origin));
	const isSmall = JSON.stringify(manifest).length < 10_000;
	return provenance.length === 1 && publish.length <= 1 && isLabelled && isPointer && isKnown && isSmall;
}

/** A signature by the registry's own key that is another file's. */
function isRegistrySignatureFalse({ manifest, signedFile, version }: Facts): boolean {
	const signatures = manifest?.dist?.signatures;
	if (!Array.isArray(signatures) || signatures.length > 16 || typeof manifest.dist.integrity !== 'string') return false;
	const about = signatures.map(signedFile);
	return about.some((file) => file !== undefined && file !== `${version} ${manifest.dist.integrity}`);
}

/** The repository that the allowlist of a world names. */
function expectedRepository({ policy }: World): string | undefined {
	switch (policy) {
		case 'fits':
		case 'requires':
			return 'https://github.com/stamp-test/minted';
		case 'differs':
			return 'https://github.com/expected/elsewhere';
		case 'fits-thief':
			return 'https://github.com/thief/minted';
		default:
			return undefined;
	}
}

function judgePolicy(facts: Facts, report: Report, record: Signed | undefined, when: string, refuse: Refuse): void {
	const { policy } = facts.world;
	const { verdict } = report;
	if (policy === 'requires' && ['none', 'lost'].includes(verdict)) refuse('policy-passed', `${when}: ${verdict}`);
	const expected = expectedRepository(facts.world);
	if (expected === undefined || !record?.origin) return;
	const isOther = record.origin.repository !== expected;
	const isWorkflow = policy === 'fits' && record.origin.workflow !== '.github/workflows/release.yml';
	if ((isOther || isWorkflow) && ['confirmed', 'changed'].includes(verdict))
		refuse('policy-passed', `${when}: ${verdict}`);
}

/** The only warnings that may stand beside a verdict that is one, since each is graver. */
const ABOVE: Partial<Record<Report['verdict'], RegExp>> = {
	mismatch: /^(malware-advisory|registry-lists-another-file)$/,
	'not-allowed': /^malware-advisory$/,
	changed: /^(malware-advisory|seen-.*)$/,
};

/** What the other answers allow to be said. */
function judgeCompleted(facts: Facts, { first, completed, words, looks }: Answered, refuse: Refuse): void {
	const { report } = completed;
	const { verdict, history, findings } = report;
	const { rows, here, manifest, world, served, version } = facts;
	const warning = findings.find((finding) => finding.warning);
	const isAlarm = ALARMS.includes(verdict) || warning !== undefined;
	const panel = words['completed panel'] ?? '';

	if (facts.isMalware && manifest && !world.isKept) {
		if (warning?.code !== 'malware-advisory') refuse('malware-dropped', `${verdict}, ${warning?.code ?? 'no warning'}`);
		if (looks.completed !== 'malware') refuse('malware-not-shown', looks.completed);
	}
	if (history?.state === 'compared' && !rows) refuse('compared-without-list', verdict);
	if ((verdict === 'none' || verdict === 'lost') && history?.state !== 'compared')
		refuse('none-without-comparison', verdict);
	if (/nothing was (lost or )?changed|nothing changed/i.test(panel + (words['completed comparison'] ?? '')))
		if (history?.state !== 'compared' || !history.with) refuse('unchanged-without-comparison', panel.slice(0, 200));
	if (verdict === 'confirmed' && history?.state === 'not-compared' && !warning && !/compar/i.test(panel))
		refuse('not-compared-not-said', panel.slice(0, 300));
	if (history?.state === 'compared' && history.with) {
		const row = rows?.find((one) => one.version === history.with?.version);
		if (!row) refuse('compared-with-nobody', history.with.version);
		const { identity } = history.with;
		if (verdict === 'lost' && row && !row.mayBeListed) refuse('lost-since-one-without', history.with.version);
		if (identity && !row?.record) refuse('earlier-identity-without-record', history.with.version);
		if (identity && row?.record?.origin && identity.repository !== row.record.origin.repository)
			refuse('earlier-identity-not-of-record', history.with.version);
	}
	if (first.report.verdict === 'confirmed' && !first.report.findings.some((finding) => finding.warning))
		if (!/compar/i.test(words['first panel'] ?? '')) refuse('comparing-not-said', words['first panel'] ?? '');
	if (!manifest) return;
	const record = recordOf(served, version, manifest.dist?.integrity);
	const isContradicted = here && contradictionOf(manifest, here.entry);
	if (record && isServedAsSigned(facts) && !isContradicted && verdict === 'unknown')
		refuse('known-called-unknown', `${verdict}, list ${rows ? 'read' : 'not read'}`);
	if (manifest.dist?.signatures === undefined && ['confirmed', 'none'].includes(verdict))
		if (!findings.some(({ code }) => code === 'registry-signature-missing'))
			refuse('missing-signature-not-said', verdict);
	if (!rows || !here) return;

	const hasNone = served?.isRead === true && served.all.length === 0 && !isListedIn(manifest);
	if (isContradicted && ['confirmed', 'changed', 'none', 'lost'].includes(verdict))
		refuse('contradiction-passed', `${isContradicted}: ${verdict}`);
	if (hasNone && mustBeLost(rows, here) && ['none', 'confirmed', 'changed'].includes(verdict))
		refuse('loss-passed', verdict);
	if (hasNone && verdict === 'none' && isMovedBack(facts) && !isAlarm) refuse('latest-moved-back-passed', verdict);
	if (record?.origin && history?.state === 'compared') {
		// A row of the allowlist that names the identity turns what changed into what was expected.
		const isExpected = expectedRepository(world) === record.origin.repository;
		if (!isExpected && verdict === 'confirmed' && mustBeChanged(rows, here, record) && !isAlarm)
			refuse('change-passed', verdict);
		if (verdict === 'confirmed' && mustBeElsewhere(rows, here, record.origin) && !isAlarm)
			refuse('first-elsewhere-passed', verdict);
	}
	if (record && verdict === 'confirmed' && mustBeUncompared(rows, here, record) && history?.state !== 'not-compared')
		refuse('compared-with-nobody-verified', verdict);
	if (verdict === 'lost' && !here.entry.deprecated && isFirstLost(rows, here) && isCalm(looks.completed, world))
		refuse('young-loss-calm', looks.completed);
	if (hasNone && mustBeBeside(rows, here) && verdict === 'none' && !isAlarm) refuse('beside-a-loss-passed', verdict);
	judgeFairness(facts, report, record, refuse);
	const above = ABOVE[verdict];
	if (warning && above && world.policy !== 'muted' && !above.test(warning.code))
		refuse('warning-out-of-rank', `${verdict}, ${warning.code}`);
	if (world.seen === 'another-file' && /^sha512-/.test(`${manifest.dist?.integrity}`) && !world.isKept)
		if (verdict !== 'unknown' && report.release.integrity !== undefined && !isAlarm)
			refuse('seen-otherwise-passed', verdict);
}

function isListedIn(manifest: Document): boolean {
	return manifest?.dist?.attestations !== undefined;
}

/** Everything that concerns the release itself was served as it was signed. */
function isServedAsSigned(facts: Facts): boolean {
	return (
		isPlain(facts) && !facts.served?.all.some(({ signed }) => signed?.truth !== 'genuine' || isOfAnother(signed, facts))
	);
}

/** Accusations for which nothing in the world gives a reason. */
function judgeFairness(facts: Facts, report: Report, record: Signed | undefined, refuse: Refuse): void {
	const { verdict } = report;
	const { rows = [], here, served, manifest } = facts;
	const isGenuine =
		served?.isRead && served.all.every(({ signed }) => signed?.truth === 'genuine' && !isOfAnother(signed, facts));
	// What contradicts itself is false, even where the file's own fingerprint cannot be read.
	const files = new Set(served?.all.map(({ signed }) => `${signed?.version} ${signed?.integrity}`));
	const isTwice = new Set(served?.all.map(({ signed }) => signed?.kind)).size !== served?.all.length || files.size > 1;
	const isLabelled = served?.all.every(({ signed, label }) => signed && isLabelOf(signed, label));
	if (
		verdict === 'mismatch' &&
		isGenuine &&
		!isTwice &&
		isLabelled &&
		!mayContradict(manifest, here?.entry) &&
		!mayBeFalse(facts)
	)
		refuse(
			'accused-of-mismatch',
			JSON.stringify(report.claims.filter(({ standing }) => standing === 'refuted')).slice(0, 300),
		);
	if (verdict === 'lost' && !rows.some(({ mayBeListed, version }) => mayBeListed && version !== facts.version))
		refuse('accused-of-loss', 'nothing lists provenance');
	const origins = rows.flatMap(({ record: other }) => (other && comparedOrigin(other)) ?? []);
	const ways = new Set(rows.map(({ entry }) => JSON.stringify(entry?._npmUser)));
	if (verdict === 'changed' && record?.origin && ways.size <= 1) {
		const isSame = origins.every((other) => rowOfDifference(other, comparedOrigin(record) as Origin) === undefined);
		if (isSame) refuse('accused-of-change', JSON.stringify(report.history).slice(0, 400));
	}
}

/** Whether something about the registry's signature or times could refute. */
function mayBeFalse(facts: Facts): boolean {
	const { signatures } = facts.manifest?.dist ?? {};
	if (signatures === undefined) return false;
	if (!Array.isArray(signatures)) return true;
	return signatures.some((one) => facts.signedFile(one) !== `${facts.version} ${facts.manifest.dist.integrity}`);
}

/** Whether they say different things of the file at all. */
function mayContradict(manifest: Document, entry: Document): boolean {
	const [one, other] = [manifest?.dist, entry?.dist];
	return entry !== undefined && (one?.integrity !== other?.integrity || one?.tarball !== other?.tarball);
}

/** What two answers about one file contradict each other in; nothing where they agree or one of them is silent. */
function contradictionOf(manifest: Document, entry: Document): string | undefined {
	const [one, other] = [manifest?.dist?.integrity, entry?.dist?.integrity];
	const isHash = (value: unknown): value is string =>
		typeof value === 'string' && /^sha512-[A-Za-z0-9+/]{86}==$/.test(value);
	if (isHash(one) && isHash(other) && one !== other) return 'integrity';
	const [host, otherHost] = [hostOf(manifest?.dist?.tarball), hostOf(entry?.dist?.tarball)];
	return host !== undefined && otherHost !== undefined && host !== otherHost ? 'host' : undefined;
}

function hostOf(address: unknown): string | undefined {
	return typeof address === 'string' && URL.canParse(address) ? new URL(address).host : undefined;
}

// The comparison, by its own text and only as far as it leaves no choice.

const lineOf = (version: string) => {
	const [major = '', minor = ''] = version.split('.');
	return major === '0' ? `0.${minor}` : major;
};
const isStable = (version: string) => !version.replace(/\+.*/, '').includes('-');
/** The letters before the first digit or hyphen of a prerelease. */
const channelOf = (version: string) => /^[^-]*-([A-Za-z]*)/.exec(version.replace(/\+.*/, ''))?.[1] ?? '';
const isLower = (one: Row, other: Row) => compareVersions(one.version, other.version) < 0;

const numbersOf = (line: string) => line.split('.').map(Number);
const isLowerLine = (one: string, other: string) => {
	const [[major = 0, minor = 0], [otherMajor = 0, otherMinor = 0]] = [numbersOf(one), numbersOf(other)];
	return major === otherMajor ? minor < otherMinor : major < otherMajor;
};
const coreOf = (version: string) => version.replace(/[-+].*/, '');

/** The releases of the nearest lower line of stable ones that came before a time. */
function belowOf(stable: readonly Row[], line: string, before: number): Row[] {
	const lines = [...new Set(stable.map(({ version }) => lineOf(version)))].filter((other) => isLowerLine(other, line));
	const nearest = lines.reduce<string | undefined>(
		(one, other) => (one && isLowerLine(other, one) ? one : other),
		undefined,
	);
	return stable.filter((row) => lineOf(row.version) === nearest && row.at < before);
}

/** Releases that are candidates for a loss by any reading of the comparison. */
function candidatesOf(rows: readonly Row[], here: Row): Row[] {
	const line = lineOf(here.version);
	const stable = rows.filter((row) => isStable(row.version) && !Number.isNaN(row.at));
	const ownStable = stable.filter((row) => lineOf(row.version) === line);
	const lower = ownStable.filter((row) => row !== here && row.at < here.at && isLower(row, here));
	if (isStable(here.version)) {
		const began = Math.min(...ownStable.map(({ at }) => at));
		return [...lower, ...belowOf(stable, line, began)];
	}
	const alike = rows.filter(
		(row) =>
			row !== here &&
			row.at < here.at &&
			lineOf(row.version) === line &&
			!isStable(row.version) &&
			channelOf(row.version) === channelOf(here.version) &&
			// Of one core version the order of time counts; lower cores are lower whatever they are called.
			(coreOf(row.version) === coreOf(here.version) || isLower(row, here)),
	);
	if (alike.length > 0) return alike;
	return lower.length > 0 || ownStable.length > 0 ? lower : belowOf(stable, line, here.at);
}

function mustBeLost(rows: readonly Row[], here: Row): boolean {
	if (Number.isNaN(here.at)) return false;
	const isLost = new Map<Row, boolean>();
	const hadOrLost = (row: Row): boolean => {
		if (row.isListed) return true;
		const known = isLost.get(row);
		if (known !== undefined) return known;
		isLost.set(row, false);
		const result = candidatesOf(rows, row).some(hadOrLost);
		isLost.set(row, result);
		return result;
	};
	return candidatesOf(rows, here).some(hadOrLost);
}

/** Whether no release before can have been lost: from the first that is listed with provenance on, all are. */
function isFirstLost(rows: readonly Row[], here: Row): boolean {
	const earlier = rows.filter((row) => row !== here && !(row.at >= here.at));
	const first = Math.min(...earlier.filter(({ isListed }) => isListed).map(({ at }) => at));
	// What the product alone takes for a listing begins a run that is not known here.
	return Number.isFinite(first) && earlier.every((row) => row.isListed || row.at < first);
}

/** Without provenance, of a line that never had any, and within a day of one that is lost. */
function mustBeBeside(rows: readonly Row[], here: Row): boolean {
	const near = rows.filter((row) => row !== here && !row.isListed && Math.abs(row.at - here.at) < 23 * HOUR);
	const hasOwn = rows.some((row) => lineOf(row.version) === lineOf(here.version) && (row.isListed || row.record));
	return !hasOwn && near.some((row) => lineOf(row.version) !== lineOf(here.version) && mustBeLost(rows, row));
}

/** `latest` names a release without provenance that is lower than one of its own line which stood before it and had some. */
function isMovedBack({ world, version, rows = [], here }: Facts): boolean {
	const latest = (world.list.json as Document)?.['dist-tags']?.latest;
	if (latest !== version || !here || !isStable(version) || Number.isNaN(here.at)) return false;
	const before = rows.filter((row) => isStable(row.version) && row.at < here.at);
	const highest = before.reduce<Row | undefined>((one, row) => (one && !isLower(one, row) ? one : row), undefined);
	if (!highest || !isLower(here, highest) || !highest.isListed) return false;
	return lineOf(highest.version) === lineOf(version);
}

/** An origin as it is compared: with the numbers that its statement tells where its certificate has none. */
function comparedOrigin({ origin, numbers }: Signed): Origin | undefined {
	return origin && { ...origin, ...numbers };
}

/** In which of the rows that no reading excuses two origins differ; nothing where they agree as far as both say. */
function rowOfDifference(one: Origin, other: Origin): string | undefined {
	const known = (field: keyof Origin) => one[field] !== undefined && other[field] !== undefined;
	const differs = (field: keyof Origin) => known(field) && one[field] !== other[field];
	const owner = ({ repository }: Origin) => repository.slice(0, repository.lastIndexOf('/')).toLowerCase();
	if (differs('issuer')) return 'issuer';
	if (known('repositoryId') ? differs('repositoryId') : one.repository.toLowerCase() !== other.repository.toLowerCase())
		return 'repository';
	if (known('ownerId') ? differs('ownerId') : owner(one) !== owner(other)) return 'owner';
	if (one.environment !== other.environment) return 'environment';
	for (const field of ['runner', 'trigger', 'workflow', 'ref'] as const)
		if (one[field]?.replace(/\d+/g, '#') !== other[field]?.replace(/\d+/g, '#')) return field;
	return one.signer.replace(/@.*/, '') === other.signer.replace(/@.*/, '') ? undefined : 'signer';
}

const OPEN_TRIGGERS = ['pull_request_target', 'pull_request', 'issue_comment', 'issues', 'workflow_run', 'discussion'];

/** Whether the comparison's table says `changed` of a release after an earlier one, whatever else there is. */
function hasChanged(before: Origin, now: Origin): boolean {
	if (['issuer', 'repository', 'owner'].includes(rowOfDifference(before, now) ?? '')) return true;
	const isOpen = ({ trigger }: Origin) => trigger !== undefined && OPEN_TRIGGERS.includes(trigger);
	const path = ({ signer, repository }: Origin) => signer.replace(/@.*/, '').replace(repository, '');
	return (
		(before.runner === 'github-hosted' && now.runner === 'self-hosted') ||
		(before.environment !== undefined && before.environment !== now.environment) ||
		(before.trigger !== undefined && !isOpen(before) && isOpen(now)) ||
		before.workflow !== now.workflow ||
		path(before) !== path(now)
	);
}

/**
 * The earlier releases whose records may count as known origins by some reading: they may list provenance and had stood for 72 hours by the
 * list's time or by a signed one. And those that count by any: by both, of the same line, stable, and lower.
 */
function earlierOf(rows: readonly Row[], here: Row, record: Signed): { mayCount: Row[]; mustCount: Row[] } {
	const times = ({ at, record: own }: Pick<Row, 'at' | 'record'>) =>
		[at, own?.signedAt.getTime() ?? at].filter((one) => !Number.isNaN(one));
	const now = times({ ...here, record });
	const others = rows.filter((row) => row !== here && row.mayBeListed && times(row).length > 0);
	const mayCount = others.filter((row) => Math.min(...times(row)) + 72 * HOUR <= Math.max(...now));
	const isAlike = (row: Row) =>
		lineOf(row.version) === lineOf(here.version) && [row, here].every(({ version }) => isStable(version));
	const mustCount = mayCount.filter(
		(row) =>
			row.isListed && Math.max(...times(row)) + 72 * HOUR < Math.min(...now) && isAlike(row) && isLower(row, here),
	);
	return { mayCount, mustCount };
}

/**
 * The release differs in a row of the table from every record that may count, none of these is wanting, and one of them counts by any
 * reading. Whichever are taken, the release has changed.
 */
function mustBeChanged(rows: readonly Row[], here: Row, record: Signed): boolean {
	const { mayCount, mustCount } = earlierOf(rows, here, record);
	const now = comparedOrigin(record);
	const differs = ({ isPlain, record: own }: Row) => {
		const before = own && comparedOrigin(own);
		return isPlain && before !== undefined && now !== undefined && hasChanged(before, now);
	};
	return mustCount.length > 0 && mayCount.every(differs);
}

/** Of the records that may count none can be verified, and one of them counts by any reading. */
function mustBeUncompared(rows: readonly Row[], here: Row, record: Signed): boolean {
	const { mayCount, mustCount } = earlierOf(rows, here, record);
	return mustCount.length > 0 && mayCount.every((row) => !row.record);
}

/** The first provenance of all, of another owner than the one that every earlier package.json names. */
function mustBeElsewhere(rows: readonly Row[], here: Row, origin: Origin): boolean {
	const others = rows.filter((row) => row !== here);
	if (others.some((row) => row.mayBeListed || row.record) || Number.isNaN(here.at)) return false;
	const stood = others.filter((row) => row.at + 72 * HOUR < here.at);
	const names = new Set(others.map(({ entry }) => JSON.stringify(entry.repository)));
	const isHome =
		[...names].join() === JSON.stringify({ type: 'git', url: 'git+https://github.com/stamp-test/minted.git' });
	return stood.length > 0 && isHome && origin.repository.split('/')[3] !== 'stamp-test';
}

/**
 * Nobody is sent to malware, nor to a release whose repository no release before it has, if some of those are older than a month. A
 * product without this shows it in one of some thousand worlds.
 */
function judgeAdvice({ world, rows, here }: Facts, { completed: { report } }: Answered, refuse: Refuse): void {
	const advised = report.history?.state === 'compared' ? report.history.advised : undefined;
	if (advised === undefined) return;
	if (isMalware(world, advised)) refuse('advice-of-malware', advised);
	const row = rows?.find(({ version }) => version === advised);
	const origin = row?.record?.origin;
	if (row && !origin) refuse('advice-without-record', advised);
	// What has been there for a month may be what is known longest.
	if (!rows || !here || !row || !origin || here.at - row.at >= MONTH) return;
	const earlier = rows.filter((one) => one.mayBeListed && row.at - one.at >= 72 * HOUR);
	const isRead = earlier.every((one) => one.record?.origin && one.isPlain);
	const isOther = ({ record }: Row) =>
		record?.origin?.repositoryId !== origin.repositoryId && record?.origin?.repository !== origin.repository;
	const isOld = earlier.some((one) => here.at - one.at > MONTH && !isPrereleaseText(one.version));
	if (earlier.length > 0 && isRead && isOld && earlier.every(isOther)) refuse('advice-of-new-origin', advised);
}

function isPrereleaseText(version: string): boolean {
	return (parseVersion(version)?.prerelease.length ?? 0) > 0;
}

/** Looks that warn of nothing. */
const CALM = ['confirmed', 'none', 'muted', 'not-compared', 'pending', 'lost-earlier'];

function isCalm(look: string, { policy }: World): boolean {
	return CALM.includes(look) && !(look === 'muted' && policy === 'muted');
}

/** A mark is never calmer than the panel of the same release. */
function judgeMark({ world, rows }: Facts, { mark, completed, looks }: Answered, refuse: Refuse): void {
	const { verdict, history } = completed.report;
	if (mark.look === 'confirmed' && verdict !== 'confirmed')
		refuse('mark-better-than-panel', `confirmed, panel ${verdict}`);
	if (mark.look === 'confirmed' && history?.state !== 'compared') refuse('mark-as-if-compared', `panel ${verdict}`);
	if (verdict === 'mismatch' && isCalm(mark.look, world) && isRefutedAlone(completed.report))
		refuse('mark-better-than-panel', `${mark.look}, panel mismatch`);
	// What was never asked for cannot have been kept.
	if (world.isKept) return;
	// A mismatch is as grave; its mark does not press a registry that asked to wait for more.
	if (looks.shown === 'malware' && !['malware', 'mismatch'].includes(mark.look))
		refuse('mark-without-malware', mark.look);
	if (mark.look === 'none' && !isAnswered(world.shortList) && !isAnswered(world.list))
		refuse('mark-as-if-listed', mark.look);
	// The short list must say what the long one does, or nobody could know.
	const isAlike = JSON.stringify(listings(world.list.json)) === JSON.stringify(listings(world.shortList.json));
	const areAnswered = isAnswered(world.list) && isAnswered(world.shortList);
	if (looks.shown === 'lost' && areAnswered && isAlike && isCalm(mark.look, world))
		refuse('mark-without-loss', mark.look);
	// A loss of long ago is calm in both, or readers learn to ignore red.
	if (looks.shown === 'lost-earlier' && areAnswered && isAlike && mark.look === 'lost')
		refuse('mark-redder-than-panel', mark.sentence);
	const [, named] = /“([^”]+)” lists one/.exec(mark.sentence) ?? [];
	if (rows?.some((row) => row.version === named && !row.mayBeListed)) refuse('mark-names-one-without', `${named}`);
}

/** Refuted by what the release itself is served with, which a mark sees as well. */
function isRefutedAlone({ claims }: Report): boolean {
	return claims.some(
		(claim) => claim.standing === 'refuted' && (claim.failure.code as string) !== 'registry-lists-another-file',
	);
}

function listings(list: unknown): unknown {
	const versions = (list as Document)?.versions;
	if (typeof versions !== 'object' || versions === null) return undefined;
	return Object.entries(versions as Record<string, Document>).map(([version, entry]) => [
		version,
		entry?.version,
		entry?.dist,
	]);
}

/** What a line shows as proved is proved. */
function judgeLine({ rows }: Facts, { line }: Answered, refuse: Refuse): void {
	if (!line?.ok) return;
	if (!rows) {
		refuse('line-without-list', line.value.line);
		return;
	}
	for (const { version, checked } of line.value.releases) {
		const row = rows.find((one) => one.version === version);
		if (!row) refuse('line-of-nobody', version);
		if (!checked?.ok) continue;
		const origin = row?.record?.origin;
		if (!origin) refuse('line-identity-without-record', version);
		else if (checked.value.repository !== origin.repository) refuse('line-identity-not-of-record', version);
	}
}
