/** Owns how our TypeScript runs in Node as it is: gives the sigstore packages our stand-ins for Node's `crypto` and `util`. */
import { registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';
import { nodeStandIns } from '../lib/sigstore/webcrypto/node-shims.ts';

registerHooks({
	resolve(specifier, context, next) {
		if (
			(specifier === 'crypto' || specifier === 'util') &&
			/\/node_modules\/@(sigstore\/(verify|core|bundle|protobuf-specs)|tufjs)\//.test(context.parentURL ?? '')
		) {
			return { url: pathToFileURL(nodeStandIns[specifier]).href, format: 'module-typescript', shortCircuit: true };
		}
		return next(specifier, context);
	},
});
