/** Owns how our TypeScript runs in Node as it is: gives the sigstore packages our stand-ins for Node's `crypto` and `util`. */
import { registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';
import { standInFor } from '../lib/sigstore/webcrypto/node-shims.ts';

registerHooks({
	resolve(specifier, context, next) {
		const standIn = standInFor(specifier, context.parentURL);
		return standIn === undefined
			? next(specifier, context)
			: { url: pathToFileURL(standIn).href, format: 'module-typescript', shortCircuit: true };
	},
});
