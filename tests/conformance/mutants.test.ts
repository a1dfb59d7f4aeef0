/** Mutants of real records: what Node's own sigstore-js refuses is refused here, and nothing whose signed bytes changed holds. */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import type { FailureCode } from '../../lib/report.ts';
import { embeddedTrustRoot } from '../../lib/sigstore/trust-root.ts';
import { verifyBundle } from '../../lib/sigstore/verify.ts';
import { Seeded } from '../tools/seeded.ts';

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

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
interface Leaf {
	holder: Json[] | { [key: string]: Json };
	key: string;
}

function leavesOf(value: Json): Leaf[] {
	if (typeof value !== 'object' || value === null) return [];
	const holder = value as { [key: string]: Json };
	return Object.entries(holder).flatMap(([key, inner]) => [{ holder, key }, ...leavesOf(inner)]);
}

describe.skipIf(!hasData)('mutants', () => {
	const bundles: Json[] = hasData
		? readdirSync(folder).map((file) => {
				const { attestations } = JSON.parse(readFileSync(folder + file, 'utf8'));
				return attestations.find(({ predicateType }: { predicateType: string }) =>
					predicateType.startsWith('https://slsa'),
				).bundle;
			})
		: [];
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

	test(`${COUNT} of them`, async () => {
		const random = new Seeded(20261123);
		const trust = await embeddedTrustRoot();
		const wrong: string[] = [];
		let held = 0;
		for (let index = 0; index < COUNT; index += 1) {
			const original = random.pick(bundles) as { dsseEnvelope: { payload: string } };
			const mutant = structuredClone(original) as unknown as { [key: string]: Json };
			const { holder, key } = random.pick(leavesOf(mutant));
			const how = mutate(holder as { [key: string]: Json }, key, random.pick(leavesOf(random.pick(bundles))), random);
			const ours = await verifyBundle(mutant, trust, 'certificate');
			const theirs = await nodeHolds(mutant);
			const what = `${index}: ${how} ${key}, node ${theirs}, ours ${ours.ok ? 'holds' : ours.failure.code}`;
			if (ours.ok) {
				held += 1;
				const signed = Buffer.from(original.dsseEnvelope.payload, 'base64');
				if (!theirs || !signed.equals(Buffer.from(ours.value.payload ?? []))) wrong.push(what);
			} else if (theirs && !OURS.has(ours.failure.code)) wrong.push(what);
		}
		expect(wrong).toEqual([]);
		// Some mutants change what nobody signed; were all refused, the walker would prove nothing about the rest.
		expect(held).toBeGreaterThan(COUNT / 100);
		expect(held).toBeLessThan(COUNT / 2);
	}, 3_600_000);
});

/** Changes one place; gives the word for how. */
function mutate(holder: { [key: string]: Json }, key: string, other: Leaf, random: Seeded): string {
	const value = holder[key] as Json;
	const ways: [how: string, change: () => void][] = [
		['deleted', () => (Array.isArray(holder) ? holder.splice(Number(key), 1) : delete holder[key])],
		['swapped', () => Object.assign(holder, { [key]: (other.holder as { [key: string]: Json })[other.key] })],
		[
			'emptied',
			() => Object.assign(holder, { [key]: Array.isArray(value) ? [] : typeof value === 'object' ? {} : '' }),
		],
		[
			'duplicated',
			() => Object.assign(holder, { [key]: Array.isArray(value) ? [...value, ...value] : [value, value] }),
		],
		['renumbered', () => Object.assign(holder, { [key]: String(random.below(1e9)) })],
	];
	if (typeof value === 'string' && value.length > 0) {
		const at = random.below(value.length);
		const flipped = String.fromCharCode(value.charCodeAt(at) ^ (1 << random.below(6)));
		ways.push(
			['flipped', () => Object.assign(holder, { [key]: value.slice(0, at) + flipped + value.slice(at + 1) })],
			['flipped', () => Object.assign(holder, { [key]: value.slice(0, at) + flipped + value.slice(at + 1) })],
			['truncated', () => Object.assign(holder, { [key]: value.slice(0, at) })],
			['extended', () => Object.assign(holder, { [key]: `${value}AAAA` })],
		);
	}
	const [how, change] = random.pick(ways);
	change();
	return how;
}
