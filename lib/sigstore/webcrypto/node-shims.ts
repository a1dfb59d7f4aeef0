/** Owns which of Node's modules the sigstore packages get from us; the build and the Node tools both read it. */
import { fileURLToPath } from 'node:url';

/** Node module name -> absolute path of our stand-in. */
export const nodeStandIns: Record<'crypto' | 'util', string> = {
	crypto: fileURLToPath(new URL('./node-crypto.ts', import.meta.url)),
	util: fileURLToPath(new URL('./node-util.ts', import.meta.url)),
};
