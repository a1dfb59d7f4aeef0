/** Owns the shapes of what the commands print as JSON: to parse a result that was printed before, and to publish JSON Schemas. */
import * as v from 'valibot';
import { type Audit, NOT_COVERED_REASONS } from './audit.ts';
import { CLAIM_IDS } from './claim-ids.ts';
import { FAILURES, type FailureCode } from './failures.ts';
import { FINDINGS, type Finding } from './findings.ts';
import { CHANGED_FIELDS } from './history.ts';
import { LOOKS } from './looks.ts';
import type { Report } from './report.ts';
import { DIFFERENCE_FIELDS } from './side-by-side.ts';
import { VERDICTS } from './verdict.ts';

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const place = v.pipe(v.number(), v.integer(), v.minValue(1));
const text = v.string();
const maybe = v.exactOptional(text);
const yes = v.exactOptional(v.literal(true));

export const failure = v.looseObject({
	code: v.picklist(Object.keys(FAILURES) as FailureCode[]),
	detail: maybe,
	cause: maybe,
});

const look = v.looseObject({
	look: v.picklist(LOOKS),
	claim: v.picklist(CLAIM_IDS),
	at: text,
	failure: v.exactOptional(failure),
	requests: v.exactOptional(v.looseObject({ limit: count, remaining: count, resetAt: text })),
});

const saidBy = v.picklist(['signature', 'registry', 'package', 'github', 'rekor', 'here']);

/** `data` is typed by the code; docs/contract.md lists the codes. */
const finding = v.looseObject({
	code: v.picklist(Object.keys(FINDINGS)),
	claim: v.picklist(CLAIM_IDS),
	saidBy,
	data: v.exactOptional(v.looseObject({})),
	detail: maybe,
	warning: yes,
}) as unknown as v.GenericSchema<unknown, Finding>;

export const identity = v.looseObject({
	issuer: text,
	repository: text,
	repositoryId: maybe,
	ownerId: maybe,
	workflow: text,
	ref: text,
	commit: text,
	trigger: maybe,
	runner: maybe,
	environment: maybe,
	run: maybe,
	signer: text,
});

const tier = v.picklist(['staged', 'trusted-publisher', 'provenance', 'publisher-only', 'none']);

const history = v.union([
	v.looseObject({
		state: v.literal('not-compared'),
		failure: v.exactOptional(failure),
		line: maybe,
		tier: v.exactOptional(tier),
	}),
	v.looseObject({
		state: v.literal('compared'),
		line: text,
		tier,
		with: v.exactOptional(
			v.looseObject({ version: text, publishedAt: text, tier, identity: v.exactOptional(identity) }),
		),
		changes: v.array(v.looseObject({ field: v.picklist(CHANGED_FIELDS), before: maybe, now: maybe })),
		advised: maybe,
	}),
]);

const claim = v.union([
	v.looseObject({ id: v.picklist(CLAIM_IDS), standing: v.picklist(['proved', 'looked-at']) }),
	v.looseObject({ id: v.picklist(CLAIM_IDS), standing: v.literal('refuted'), failure }),
	v.looseObject({
		id: v.picklist(CLAIM_IDS),
		standing: v.literal('unproved'),
		why: v.picklist(['absent', 'unprovable']),
	}),
	v.looseObject({
		id: v.picklist(CLAIM_IDS),
		standing: v.literal('unproved'),
		why: v.literal('could-not-check'),
		failure,
	}),
]);

const verdict = v.picklist(VERDICTS);
export const trustRoot = v.looseObject({
	source: v.picklist(['embedded', 'tuf', 'custom']),
	version: text,
	takenAt: text,
});

/** What an allowlist says of a release. */
export const policyResult = v.looseObject({
	state: v.picklist(['no-row', 'allowed', 'not-allowed']),
	row: maybe,
	differences: v.exactOptional(v.array(v.looseObject({ field: text, expected: text, found: maybe }))),
	setBy: v.exactOptional(v.picklist(['you', 'organisation'])),
});

/** What `inspect --json` prints. */
export const reportShape = v.looseObject({
	schema: v.literal(1),
	release: v.looseObject({ name: text, version: text, integrity: maybe, publishedAt: maybe }),
	verdict,
	claims: v.array(claim),
	identity: v.exactOptional(identity),
	history: v.exactOptional(history),
	policy: v.exactOptional(policyResult),
	findings: v.array(finding),
	looks: v.exactOptional(v.array(look)),
	trustRoot,
	checkedAt: text,
}) satisfies v.GenericSchema<unknown, Report>;

/** What `inspect --from --json` prints. */
export const sideBySideShape = v.looseObject({
	schema: v.literal(1),
	from: reportShape,
	to: reportShape,
	differences: v.array(v.looseObject({ field: v.picklist(DIFFERENCE_FIELDS), before: maybe, now: maybe, saidBy })),
});

/** A row of `audit --json`. */
export const auditRowShape = v.looseObject({
	spec: text,
	verdict,
	integrity: v.picklist(['matches', 'differs', 'not-comparable', 'absent']),
	line: place,
	column: place,
	warning: maybe,
	failure: v.exactOptional(failure),
	identity: v.exactOptional(identity),
	history: v.exactOptional(history),
	findings: v.array(finding),
	isDirect: yes,
});

/** An entry that was not audited. */
export const notCoveredRowShape = v.looseObject({
	spec: text,
	why: v.picklist(NOT_COVERED_REASONS),
	line: place,
	column: place,
});

/** What `audit --json` prints of one lockfile. */
export const auditShape = v.looseObject({
	schema: v.literal(1),
	lockfile: v.looseObject({
		format: text,
		packages: count,
		version: text,
		path: maybe,
		sha256: maybe,
		isWithoutHashes: yes,
	}),
	packages: v.array(auditRowShape),
	notCovered: v.array(notCoveredRowShape),
	removed: v.exactOptional(v.array(text)),
	counts: v.looseObject({
		...v.entriesFromList(VERDICTS, v.exactOptional(count)),
		notCovered: count,
		notCompared: count,
	}),
	shard: v.exactOptional(v.looseObject({ part: place, of: place })),
	left: v.exactOptional(count),
	unadvised: v.exactOptional(count),
	trustRoot,
	checkedAt: text,
}) satisfies v.GenericSchema<unknown, Audit>;

/** What `audit --json` prints of several. */
export const auditsShape = v.looseObject({ schema: v.literal(1), audits: v.array(auditShape) });
