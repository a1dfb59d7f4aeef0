/** Owns which of Node's modules the sigstore packages get from us; the builds and the Node tools read it. */
import { fileURLToPath } from 'node:url';

/** Node module name -> absolute path of our stand-in. */
export const nodeStandIns: Record<'crypto' | 'util', string> = {
	crypto: fileURLToPath(new URL('./node-crypto.ts', import.meta.url)),
	util: fileURLToPath(new URL('./node-util.ts', import.meta.url)),
};

/** The packages that get them; all others keep Node's own. */
const PACKAGES = /[\\/]node_modules[\\/]@(sigstore[\\/](verify|core|bundle|protobuf-specs)|tufjs)[\\/]/;

/** The stand-in for what one file of a package imports; nothing where Node's own module is meant. @param importer path or file address. */
export function standInFor(specifier: string, importer: string | undefined): string | undefined {
	const isOurs = (specifier === 'crypto' || specifier === 'util') && PACKAGES.test(importer ?? '');
	return isOurs ? nodeStandIns[specifier] : undefined;
}
