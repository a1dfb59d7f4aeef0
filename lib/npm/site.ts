/** Owns addresses of npm's site. */

import { NPM_SITE } from './hosts.ts';
import { isPackageName, isVersion, type ReleaseSpec } from './spec.ts';

/**
 * Reads the release out of an address on npm's site: `/package/NAME`, `/package/@scope/NAME`, either with
 * `/v/VERSION`, segments possibly percent-encoded (also `%40scope%2FNAME` as one segment).
 * @param address an absolute URL; anything else, another host or another page gives `undefined`.
 */
export function parsePageAddress(address: string): ReleaseSpec | undefined {
	if (address.length > 4096) return undefined;
	let url: URL;
	try {
		url = new URL(address);
	} catch {
		return undefined;
	}
	if (url.origin !== NPM_SITE) return undefined;
	let segments: string[];
	try {
		segments = url.pathname
			.split('/')
			.filter((segment) => segment !== '')
			.flatMap((segment) => decodeURIComponent(segment).split('/'));
	} catch {
		return undefined; // a broken percent escape
	}
	if (segments.shift() !== 'package') return undefined;
	const first = segments.shift() ?? '';
	const name = first.startsWith('@') ? `${first}/${segments.shift() ?? ''}` : first;
	if (!isPackageName(name)) return undefined;
	if (segments.length === 0) return { name, selector: 'latest', kind: 'tag' };
	const [v, version, ...rest] = segments;
	if (v !== 'v' || version === undefined || rest.length > 0 || !isVersion(version)) return undefined;
	return { name, selector: version, kind: 'version' };
}

/** The page of one release on npm's site. */
export function pageAddress(name: string, version?: string): string {
	const page = `${NPM_SITE}/package/${name}`;
	return version === undefined ? page : `${page}/v/${encodeURIComponent(version)}`;
}
