/**
 * Stands in for Node's global `Buffer`: the parts that sigstore-js calls, byte for byte as Node does them.
 * Bundles carry base64 from strangers, and what is skipped or cut in it must be what Node skips or cuts.
 * @see https://nodejs.org/api/buffer.html
 */

export type Encoding = 'utf8' | 'utf-8' | 'ascii' | 'latin1' | 'base64' | 'hex';

const SLAB_BYTES = 64 * 1024;
const SLAB_SHARE = 4 * 1024;
/** Small buffers share a fresh, zeroed slab: sigstore-js asks for about 14,000 of them for each bundle. */
let slab = new ArrayBuffer(SLAB_BYTES);
let slabUsed = 0;

const encoder = new TextEncoder();
// `ignoreBOM`: Node keeps a byte order mark as a character.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** The browser's own encoders, where it has them: https://tc39.es/proposal-arraybuffer-base64/ */
interface Encoder {
	toBase64?(): string;
	toHex?(): string;
}

/** A Uint8Array with Node's conversions. */
export class Buffer extends Uint8Array<ArrayBuffer> {
	static alloc(size: number): Buffer {
		if (!Number.isSafeInteger(size) || size < 0) throw new RangeError(`no size for a buffer: ${size}`);
		if (size > SLAB_SHARE) return new Buffer(new ArrayBuffer(size));
		if (slabUsed + size > SLAB_BYTES) {
			slab = new ArrayBuffer(SLAB_BYTES);
			slabUsed = 0;
		}
		const start = slabUsed;
		// Eight-byte steps, so that views of wider numbers can be laid over a buffer.
		slabUsed += (size + 7) & ~7;
		return new Buffer(slab, start, size);
	}

	/**
	 * Copies bytes, or encodes a string; an ArrayBuffer is shared, as in Node.
	 * @throws TypeError for anything else: Node also takes `{ length: 1e9 }`, and a log entry from a stranger may say that.
	 */
	static override from(
		source: string | ArrayLike<number> | Iterable<number> | ArrayBuffer,
		encoding?: unknown,
		length?: unknown,
	): Buffer {
		if (typeof source === 'string') return encode(source, (encoding ?? 'utf8') as Encoding);
		if (source instanceof ArrayBuffer)
			return new Buffer(source, (encoding as number | undefined) ?? 0, (length as number | undefined) ?? undefined);
		if (!(source instanceof Uint8Array || Array.isArray(source))) throw new TypeError('no bytes to copy');
		const buffer = Buffer.alloc(source.length);
		buffer.set(source);
		return buffer;
	}

	static concat(parts: readonly Uint8Array[]): Buffer {
		const whole = Buffer.alloc(parts.reduce((sum, part) => sum + part.length, 0));
		let at = 0;
		for (const part of parts) {
			whole.set(part, at);
			at += part.length;
		}
		return whole;
	}

	override toString(encoding: Encoding = 'utf8'): string {
		switch (encoding) {
			case 'base64':
				return (this as Encoder).toBase64?.() ?? btoa(latin1(this));
			case 'hex':
				return (this as Encoder).toHex?.() ?? Array.from(this, (byte) => byte.toString(16).padStart(2, '0')).join('');
			case 'ascii':
				return latin1(this.map((byte) => byte & 0x7f));
			case 'latin1':
				return latin1(this);
			case 'utf8':
			case 'utf-8':
				return decoder.decode(this);
			default:
				throw new TypeError(`Unknown encoding: ${String(encoding)}`);
		}
	}

	equals(other: Uint8Array): boolean {
		if (!(other instanceof Uint8Array)) throw new TypeError('bytes are needed here');
		return this.length === other.length && this.every((byte, index) => byte === other[index]);
	}

	/** Copies this buffer to the start of `target`, as much as fits; returns how many bytes that was. */
	copy(target: Uint8Array): number {
		const part = this.subarray(0, target.length);
		target.set(part);
		return part.length;
	}

	readBigInt64BE(offset = 0): bigint {
		return new DataView(this.buffer, this.byteOffset, this.byteLength).getBigInt64(offset);
	}
}

function encode(text: string, encoding: Encoding): Buffer {
	switch (encoding) {
		case 'utf8':
		case 'utf-8':
			return Buffer.from(encoder.encode(text));
		case 'ascii':
		case 'latin1':
			return Buffer.from(Array.from({ length: text.length }, (_, index) => text.charCodeAt(index) & 0xff));
		case 'base64':
			return fromBase64(text);
		case 'hex':
			return fromHex(text);
		default:
			throw new TypeError(`Unknown encoding: ${String(encoding)}`);
	}
}

/** Digit value of each byte in either base64 alphabet; 64 for none. */
const BASE64 = new Uint8Array(256).fill(64);
for (const [index, char] of [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'].entries())
	BASE64[char.charCodeAt(0)] = index;
BASE64[0x2d] = 62; // - of base64url
BASE64[0x5f] = 63; // _ of base64url

/** Node's base64: both alphabets, anything else skipped, the end at the first `=`, spare bits dropped. */
function fromBase64(text: string): Buffer {
	const bytes = Buffer.alloc(Math.ceil((text.length * 3) / 4));
	let used = 0;
	let bits = 0;
	let held = 0;
	for (let i = 0; i < text.length; i += 1) {
		const code = text.charCodeAt(i) & 0xff;
		if (code === 0x3d) break;
		const digit = BASE64[code] ?? 64;
		if (digit === 64) continue;
		held = ((held << 6) | digit) & 0xffff;
		bits += 6;
		if (bits >= 8) {
			bits -= 8;
			bytes[used] = held >> bits;
			used += 1;
		}
	}
	return bytes.subarray(0, used) as Buffer;
}

/** Node's hex: pairs up to the first that is none; of each character, as in base64, the low eight bits. */
function fromHex(text: string): Buffer {
	const bytes = Buffer.alloc(text.length >> 1);
	let used = 0;
	for (; used < bytes.length; used += 1) {
		const byte = hexDigit(text.charCodeAt(2 * used)) * 16 + hexDigit(text.charCodeAt(2 * used + 1));
		if (Number.isNaN(byte)) break;
		bytes[used] = byte;
	}
	return bytes.subarray(0, used) as Buffer;
}

function hexDigit(character: number): number {
	const code = character & 0xff;
	if (code >= 0x30 && code <= 0x39) return code - 0x30;
	const letter = code | 0x20;
	return letter >= 0x61 && letter <= 0x66 ? letter - 0x61 + 10 : Number.NaN;
}

function latin1(bytes: Uint8Array): string {
	let text = '';
	for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
	return text;
}

// The packages ask for the global. In Node the real one is there already and stays.
(globalThis as { Buffer?: unknown }).Buffer ??= Buffer;
