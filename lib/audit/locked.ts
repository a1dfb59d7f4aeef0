/** Owns what a lockfile says of a release beside what the registry says of it: hashes and addresses. Pure. */
import type { LockedIntegrity } from '../report/audit.ts';
import type { Manifest } from '../report/evidence.ts';
import { type Finding, makeFinding } from '../report/findings.ts';
import { classifyAddress } from './lockfile/address.ts';
import type { LockedHash, LockedPackage } from './lockfile/lockfile.ts';

/** Hash algorithms of Subresource Integrity, the strongest first; SHA-1 is what old lockfiles have. */
const ALGORITHMS = ['sha512', 'sha384', 'sha256', 'sha1'] as const;

type Algorithm = (typeof ALGORITHMS)[number];

/** What a lockfile's hashes are, beside the registry's. */
interface Compared {
	integrity: LockedIntegrity;
	findings: Finding[];
}

/**
 * Compares the hashes of a release in a lockfile with the registry's. Each algorithm that both have is compared, since an installer takes
 * any hash of the strongest one. Where entries differ from each other, the one that differs from the registry counts.
 * @param manifest as the registry serves it; absent where it could not be had, and then a hash is not comparable.
 * @returns findings `lockfile-names-another-file`, `lockfile-hash-is-sha1`.
 */
export function compareHashes(
	{ hashes }: Pick<LockedPackage, 'hashes'>,
	manifest: Pick<Manifest, 'integrity' | 'shasum'> | undefined,
): Compared {
	const compared = hashes.map((hash) => compareHash(hash, manifest));
	const order: LockedIntegrity[] = ['differs', 'matches', 'not-comparable', 'absent'];
	return (
		order.map((state) => compared.find(({ integrity }) => integrity === state)).find((one) => one !== undefined) ?? {
			integrity: 'absent',
			findings: [],
		}
	);
}

function compareHash(hash: LockedHash, manifest: Pick<Manifest, 'integrity' | 'shasum'> | undefined): Compared {
	if (hash.of === 'nothing') return { integrity: 'absent', findings: [] };
	if (hash.of !== 'tarball' || !manifest) return { integrity: 'not-comparable', findings: [] };
	const here = digestsOf(hash.integrity);
	const there = digestsOf([manifest.integrity ?? '', sha1OfHex(manifest.shasum)].join(' '));
	const common = ALGORITHMS.filter((algorithm) => here.has(algorithm) && there.has(algorithm));
	for (const algorithm of common) {
		const locked = here.get(algorithm) ?? new Set<string>();
		const served = there.get(algorithm) ?? new Set<string>();
		// Several hashes of one algorithm are alternatives for an installer: each of them has to be the registry's.
		const other = [...locked].find((digest) => !served.has(digest));
		if (other === undefined) continue;
		const data = { algorithm, lockfile: other, registry: [...served][0] ?? '' };
		return { integrity: 'differs', findings: [makeFinding('lockfile-names-another-file', data)] };
	}
	if (common.length === 0) return { integrity: 'not-comparable', findings: [] };
	const isWeak = common[0] === 'sha1';
	return { integrity: 'matches', findings: isWeak ? [makeFinding('lockfile-hash-is-sha1')] : [] };
}

/** Algorithm -> its digests in base64 without padding, so that padding makes no difference. */
function digestsOf(integrity: string): Map<Algorithm, Set<string>> {
	const digests = new Map<Algorithm, Set<string>>();
	for (const hash of integrity.split(/\s+/)) {
		const [, algorithm, digest = ''] = /^(sha512|sha384|sha256|sha1)-([A-Za-z0-9+/]+)={0,2}$/.exec(hash) ?? [];
		if (algorithm === undefined) continue;
		const known = digests.get(algorithm as Algorithm) ?? new Set();
		digests.set(algorithm as Algorithm, known.add(digest));
	}
	return digests;
}

function sha1OfHex(hex: string | undefined): string {
	if (hex === undefined || !/^[0-9a-f]{40}$/i.test(hex)) return '';
	const bytes = (hex.match(/../g) ?? []).map((byte) => Number.parseInt(byte, 16));
	return `sha1-${btoa(String.fromCharCode(...bytes))}`;
}

/**
 * The addresses of a release in a lockfile that are the registry's, of another release.
 * @param bases of the registry, as `REGISTRY_BASES`.
 * @returns at most one finding `lockfile-names-another-package`.
 */
export function findForeignAddress({ name, version, addresses }: LockedPackage, bases: readonly string[]): Finding[] {
	for (const address of addresses) {
		const seen = classifyAddress(address, { name, version }, bases);
		if (seen.is === 'another') return [makeFinding('lockfile-names-another-package', { spec: seen.spec })];
	}
	return [];
}
