/**
 * Mutants of real records. Every leaf of every recorded answer is changed in every way there is, then leaves, bytes and bits by
 * chance, from a seed. Sigstore's part passes or fails exactly as Node's own sigstore-js does; and no release whose signed or
 * bound bytes changed is ever `confirmed` by the whole walk.
 */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { inspect } from '../../lib/inspect/inspect.ts';
import { parseSpec, type ReleaseSpec } from '../../lib/npm/spec.ts';
import type { ReleaseRegistry } from '../../lib/registry/registry.ts';
import { CLAIM_IDS } from '../../lib/report/claim-ids.ts';
import type { Inspection } from '../../lib/report/evidence.ts';
import type { FailureCode } from '../../lib/report/failures.ts';
import { failed, success } from '../../lib/report/result.ts';
import { embeddedTrustRoot } from '../../lib/sigstore/trust-root.ts';
import { verifyBundle } from '../../lib/sigstore/verify.ts';
import { boundParts } from '../fixtures/bound-parts.ts';
import { type Json, type Leaf, leavesOf, mutate, WAYS } from '../fixtures/mutate.ts';
import { Seeded } from '../support/seeded.ts';

const folder = fileURLToPath(new URL('../../../shared/data/attestations/', import.meta.url));
const hasData = existsSync(folder);
if (!hasData) console.warn('SKIPPED: mutants of real records, since ../shared/data is absent');
const COUNT = process.env.LONG ? 50_000 : 1000;

/** Refusals that are ours alone: checks that sigstore-js does not make. */
const OURS = new Set<FailureCode>([
	'certificate-not-code-signing',
	'certificate-extension-critical',
	'certificate-malformed',
	'log-entry-of-another-signer',
	'log-key-not-valid-then',
	'unsupported-bundle-version',
	'bundle-of-wrong-kind',
]);

interface Recorded {
	spec: ReleaseSpec;
	integrity: string;
	answer: Json;
}

function readRecords(): Recorded[] {
	return readdirSync(folder).map((file) => {
		const answer = JSON.parse(readFileSync(folder + file, 'utf8'));
		const { payload } = answer.attestations[0].bundle.dsseEnvelope;
		const digest = JSON.parse(Buffer.from(payload, 'base64').toString('utf8')).subject[0].digest.sha512;
		const spec = parseSpec(file.replace(/\.json$/, '').replace('+', '/')) as ReleaseSpec;
		return { spec, integrity: `sha512-${Buffer.from(digest, 'hex').toString('base64')}`, answer };
	});
}

/** The bundle of one attestation, where there is still one at its place. */
function bundleAt(answer: Json, place: number): Json | undefined {
	const { attestations } = answer as { attestations?: { bundle?: Json }[] };
	return Array.isArray(attestations) ? attestations[place]?.bundle : undefined;
}

describe.skipIf(!hasData)('mutants', () => {
	const records = hasData ? readRecords() : [];
	const child = hasData
		? spawn(process.execPath, [fileURLToPath(new URL('./node-verdicts.ts', import.meta.url))], {
				stdio: ['pipe', 'pipe', 'inherit'],
				env: { ...process.env, NODE_OPTIONS: '' },
			})
		: undefined;
	const lines = child && createInterface({ input: child.stdout })[Symbol.asyncIterator]();
	const nodeHolds = async (bundle: Json): Promise<boolean> => {
		child?.stdin.write(`${JSON.stringify(bundle)}\n`);
		return (await lines?.next())?.value === 'true';
	};
	afterAll(() => {
		child?.kill();
	});

	async function walk({ spec, integrity }: Recorded, answer: Json): Promise<Inspection> {
		const { name, selector: version } = spec;
		const attestations = { provenance: 'https://slsa.dev/provenance/v1' };
		const registry: ReleaseRegistry = {
			fetchManifest: async () => success({ name, version, integrity, signatures: [], attestations }),
			fetchAttestations: async () => success(answer),
			fetchPackument: async () => failed('registry-unreachable'),
		};
		return await inspect(spec, { registry, trust: await embeddedTrustRoot(), now: () => new Date('2026-11-23') });
	}

	test('every part that is taken for bound is there in every record', async () => {
		for (const record of records) {
			const parts = boundParts(record.answer);
			const { report } = await walk(record, record.answer);
			expect(report.verdict).toBe('confirmed');
			expect(Object.keys(parts).length).toBeGreaterThan(12);
		}
	});

	// The systematic ones first: every leaf in every way. The rest by chance.
	const systematic = records.flatMap((record, index) =>
		leavesOf(record.answer).flatMap((_leaf, leaf) => WAYS.map((way) => ({ record: index, leaf, way }))),
	);

	test(`${COUNT} of them`, async () => {
		const trust = await embeddedTrustRoot();
		const originals = await Promise.all(records.map((record) => walk(record, record.answer)));
		const parts = records.map(({ answer }) => boundParts(answer));
		const wrong: string[] = [];
		const count = { held: 0, refused: 0, confirmed: 0, mismatch: 0, unknown: 0, visited: 0 };
		for (let index = 0; index < COUNT; index += 1) {
			const random = new Seeded(index);
			// In the long run every one of the systematic; in the short one a sample of them, half of the thousand.
			const step = process.env.LONG ? 1 : Math.ceil((2 * systematic.length) / COUNT);
			const planned = systematic[index * step];
			const {
				record: at,
				leaf: leafAt,
				way,
			} = planned ?? {
				record: random.below(records.length),
				leaf: undefined,
				way: undefined,
			};
			if (planned) count.visited += 1;
			const record = records[at] as Recorded;
			const mutant = structuredClone(record.answer);
			const leaves = leavesOf(mutant);
			const leaf = leafAt === undefined ? pickDeep(leaves, random) : (leaves[leafAt] as Leaf);
			const others = leavesOf(
				(records[(at + 1 + random.below(records.length - 1)) % records.length] as Recorded).answer,
			);
			const how = mutate(leaf, way, others, random);
			const what = `${index}: ${record.spec.name}@${record.spec.selector} ${how} ${leaf.path.join('.')}`;

			for (const place of [0, 1]) {
				const bundle = bundleAt(mutant, place);
				if (bundle === undefined || leaf.path[1] !== String(place)) continue;
				const isKey = JSON.stringify(bundleAt(record.answer, place)).includes('"publicKey":{"hint"');
				const theirs = nodeHolds(bundle);
				const ours = await verifyBundle(bundle, trust, isKey ? { usage: 'npm:attestations' } : 'certificate');
				const isHeld = await theirs;
				if (ours.ok) count.held += 1;
				else count.refused += 1;
				// Node's Buffer takes more than text for bytes, also where nobody reads them.
				const isNoText = !ours.ok && ours.failure.detail?.endsWith(' is not text');
				const isAgreed = ours.ok ? isHeld : !isHeld || isNoText || OURS.has(ours.failure.code);
				if (!isAgreed) wrong.push(`${what}: node ${isHeld}, ours ${ours.ok ? 'holds' : ours.failure.code}`);
			}

			const { report, evidence } = await walk(record, mutant);
			if (report.claims.map(({ id }) => id).join() !== CLAIM_IDS.join()) wrong.push(`${what}: claims`);
			if (report.verdict === 'confirmed') {
				count.confirmed += 1;
				const changed = changedParts(parts[at] ?? {}, boundParts(mutant));
				if (changed.length > 0) wrong.push(`${what}: confirmed, though ${changed.join()} changed`);
				const original = originals[at] as Inspection;
				for (const [one, other] of [
					[report.identity, original.report.identity],
					[evidence.provenance?.statement, original.evidence.provenance?.statement],
					[evidence.provenance?.signer, original.evidence.provenance?.signer],
					[evidence.provenance?.signedAt, original.evidence.provenance?.signedAt],
				])
					if (JSON.stringify(one) !== JSON.stringify(other)) wrong.push(`${what}: confirmed, and says something else`);
			} else if (report.verdict === 'mismatch' || report.verdict === 'unknown') count[report.verdict] += 1;
			else wrong.push(`${what}: ${report.verdict}`);
		}
		console.log(`${COUNT} mutants, ${systematic.length} systematic: ${JSON.stringify(count)}`);
		expect(wrong).toEqual([]);
		if (process.env.LONG) expect(count.visited).toBe(systematic.length);
		// Some mutants change what nobody signed; were all refused, the walker would prove nothing about the rest.
		expect(count.held).toBeGreaterThan(COUNT / 100);
		expect(count.confirmed).toBeGreaterThan(COUNT / 100);
		expect(count.mismatch).toBeGreaterThan(COUNT / 3);
		expect(count.held).toBeLessThan(COUNT / 2);
	}, 7_200_000);
});

/** A leaf, most often one that holds text: there the bytes are. */
function pickDeep(leaves: readonly Leaf[], random: Seeded): Leaf {
	const texts = leaves.filter(({ holder, key }) => typeof (holder as Record<string, Json>)[key] === 'string');
	return random.below(10) > 0 && texts.length > 0 ? random.pick(texts) : random.pick(leaves);
}

/** Names of the parts that are there in both and differ, or are new. What was left out proves nothing and changes nothing. */
function changedParts(before: Record<string, string>, after: Record<string, string>): string[] {
	return Object.keys(after).filter((part) => after[part] !== before[part]);
}
