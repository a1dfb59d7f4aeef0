/** Law: our encoding of ASN.1 nodes gives the very bytes of sigstore-js's own, on every recorded node and on made-up ones. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ASN1Obj } from '@sigstore/core';
import { describe, expect, test } from 'vitest';
import seed from '../../lib/sigstore/seed.json' with { type: 'json' };
import { originalToDER, toDER } from '../../lib/sigstore/webcrypto/asn1-patch.ts';

/** The original calls itself through the prototype, which is ours by now: it is put back for the comparison. */
function original(node: ASN1Obj): Buffer {
	const ours = ASN1Obj.prototype.toDER;
	ASN1Obj.prototype.toDER = originalToDER as typeof ours;
	try {
		return node.toDER();
	} finally {
		ASN1Obj.prototype.toDER = ours;
	}
}

function nodesOf(root: ASN1Obj): ASN1Obj[] {
	return [root, ...root.subs.flatMap(nodesOf)];
}

function expectSame(root: ASN1Obj): number {
	const nodes = nodesOf(root);
	for (const node of nodes) expect(toDER(node).equals(original(node))).toBe(true);
	return nodes.length;
}

test('the packages use our encoding', () => {
	expect(ASN1Obj.prototype.toDER).not.toBe(originalToDER);
});

test('every node of the trust root', () => {
	const chains = seed.trustedRoot.certificateAuthorities.flatMap(({ certChain }) => certChain.certificates);
	const counted = chains.map(({ rawBytes }) => expectSame(ASN1Obj.parseBuffer(Buffer.from(rawBytes, 'base64'))));
	expect(counted.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(150);
});

const folder = fileURLToPath(new URL('../../../shared/data/attestations/', import.meta.url));
describe.skipIf(!existsSync(folder))('real records (skipped where ../shared/data is absent)', () => {
	test('every node of every certificate', () => {
		let counted = 0;
		for (const file of readdirSync(folder)) {
			for (const { bundle } of JSON.parse(readFileSync(folder + file, 'utf8')).attestations) {
				const { certificate, x509CertificateChain } = bundle.verificationMaterial;
				for (const { rawBytes } of x509CertificateChain?.certificates ?? (certificate ? [certificate] : []))
					counted += expectSame(ASN1Obj.parseBuffer(Buffer.from(rawBytes, 'base64')));
			}
		}
		expect(counted).toBeGreaterThan(1000);
	});
});

test('ten thousand made-up nodes, of all lengths around where the length form changes', () => {
	let state = 20261123;
	/** A small generator with a seed (mulberry32), so that a failure can be had again. */
	const random = () => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
	const EDGES = [0, 1, 126, 127, 128, 129, 255, 256, 257, 1023, 1024, 1025, 65535, 65536];
	const template = ASN1Obj.parseBuffer(Buffer.from('0500', 'hex'));
	const make = (depth: number): ASN1Obj => {
		const children = depth > 0 ? Math.floor(random() * 4) : 0;
		const length = random() < 0.02 ? (EDGES[Math.floor(random() * EDGES.length)] ?? 0) : Math.floor(random() * 40);
		const tag = Object.assign(Object.create(Object.getPrototypeOf(template.tag)), {
			number: 1 + Math.floor(random() * 30),
			constructed: children > 0,
			class: Math.floor(random() * 4),
		});
		const subs = Array.from({ length: children }, () => make(depth - 1));
		return new ASN1Obj(tag, Buffer.alloc(length, Math.floor(random() * 256)), subs);
	};
	let counted = 0;
	while (counted < 10_000) counted += expectSame(make(5));
});
