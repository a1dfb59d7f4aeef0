/**
 * Owns the two changes to how sigstore-js runs, neither of which changes its results (docs/decisions/0004-two-changes-to-asn1.md).
 * ASN.1 nodes are encoded in two passes, lengths first, into one buffer. The original grows two buffers for every node, about 14,000 a
 * bundle, and took most of the time of a verification. A law holds the bytes equal to the original's.
 * Parsing keeps no stack traces: it tries every OCTET STRING as ASN.1, and most of them throw an exception.
 * @see https://www.itu.int/rec/T-REC-X.690
 */
import './node-buffer.ts'; // first: the packages below ask for the global
import { ASN1Obj } from '@sigstore/core';

/** The encoding that sigstore-js brings, kept for the law that compares the two. */
export const originalToDER: (this: ASN1Obj) => Uint8Array = ASN1Obj.prototype.toDER;

/** DER of a node and all below it; the same bytes as `originalToDER`, in a buffer of its own. */
export function toDER(node: ASN1Obj): Buffer {
	const lengths: number[] = [];
	const size = measure(node, lengths);
	const target = Buffer.alloc(size);
	write(node, lengths, { target, at: 0, node: 0 });
	return target;
}

/** Notes each node's content length, parents before children; gives the node's whole size. */
function measure({ subs, value }: ASN1Obj, lengths: number[]): number {
	const own = lengths.push(0) - 1;
	let length = 0;
	if (subs.length === 0) length = value.length;
	else for (const sub of subs) length += measure(sub, lengths);
	lengths[own] = length;
	return 1 + sizeOfLength(length) + length;
}

interface Cursor {
	target: Uint8Array;
	at: number;
	/** Which of the noted lengths comes next. */
	node: number;
}

function write({ tag, subs, value }: ASN1Obj, lengths: readonly number[], cursor: Cursor): void {
	const { target } = cursor;
	const length = lengths[cursor.node] ?? 0;
	cursor.node += 1;
	target[cursor.at] = tag.toDER();
	cursor.at = writeLength(target, cursor.at + 1, length);
	if (subs.length > 0) {
		for (const sub of subs) write(sub, lengths, cursor);
		return;
	}
	target.set(value, cursor.at);
	cursor.at += length;
}

function sizeOfLength(length: number): number {
	let size = 1;
	if (length >= 0x80) for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) size += 1;
	return size;
}

function writeLength(target: Uint8Array, at: number, length: number): number {
	const size = sizeOfLength(length);
	if (size === 1) {
		target[at] = length;
		return at + 1;
	}
	target[at] = 0x80 | (size - 1);
	let rest = length;
	for (let index = at + size - 1; index > at; index -= 1) {
		target[index] = rest % 256;
		rest = Math.floor(rest / 256);
	}
	return at + size;
}

ASN1Obj.prototype.toDER = function () {
	return toDER(this);
};

const originalParseBuffer = ASN1Obj.parseBuffer;
ASN1Obj.parseBuffer = (bytes) => {
	// V8 has this limit; elsewhere the line says nothing.
	const limit = Error.stackTraceLimit;
	Error.stackTraceLimit = 0;
	try {
		return originalParseBuffer.call(ASN1Obj, bytes);
	} finally {
		Error.stackTraceLimit = limit;
	}
};
