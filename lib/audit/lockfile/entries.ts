/** Owns how the entries of a lockfile become its releases: each once, with all that its entries say of it. Pure. */
import Range from 'semver/classes/range.js';
import { isPackageName, isVersion, SELECTOR_LENGTH } from '../../npm/spec.ts';
import type { NotCoveredReason } from '../../report/audit.ts';
import { classifyAddress } from './address.ts';
import { hashText } from './hashes.ts';
import type { LockedHash, LockedPackage, Lockfile, LockfileFormatId, NotCovered, Place } from './lockfile.ts';
import { Refusal, type Table } from './tree.ts';

/** The largest project that we know of has some ten thousand. */
const MAX_ENTRIES = 200_000;

/** Patches of one project. */
const MAX_PATCHES = 1_000;

/** Versions that are compared with the ranges of patches, each counted once for each range of its package. */
const MAX_COMPARED = 10_000;

/** Longest name of an entry that is kept, in characters. */
const MAX_SPEC = 300;

/** Longest text of all sources together, in characters: one address may be that of many entries. */
const MAX_SOURCES = 32 * 1024 * 1024;

/** What one entry says of a release. */
interface Entry {
	name: string;
	version: string | undefined;
	hash: LockedHash;
	address?: string | undefined;
	isPatched?: boolean;
	/** What it is called where it has no version, or no name. */
	called?: string;
	/** One more release of an entry that has been counted. */
	isCounted?: boolean;
}

/** What else there is to say of an entry that is left out. */
interface LeftOut {
	/** Address, commit, folder, hash, as far as the file has them and the name does not. */
	source?: (string | undefined)[];
	/** As of an entry. */
	isCounted?: boolean;
}

/** A release while its entries are collected; one may have as many hashes as there are entries. */
interface Known extends Omit<LockedPackage, 'hashes' | 'addresses'> {
	/** By its text. */
	hashes: Map<string, LockedHash>;
	addresses: Set<string>;
}

/** Collects the entries of one file in their order; each is given to exactly one of `add` and `leaveOut`. */
export class Entries {
	readonly #packages = new Map<string, Known>();
	readonly #notCovered = new Map<string, NotCovered>();
	readonly #bases: readonly string[];
	#count = 0;
	#sources = 0;
	#isWithoutHashes = true;

	/** @param bases of the registry, as `REGISTRY_BASES`. */
	constructor(bases: readonly string[]) {
		this.#bases = bases;
	}

	/**
	 * An entry of a registry. One whose address is no registry's is left out with that reason, one with an odd name as `unreadable`.
	 * An address of another package stays: whoever compares has to tell of it.
	 * @returns `name@version`. @throws Refusal `lockfile-too-large`.
	 */
	add(
		place: Place,
		{ name, version, hash, address, isPatched = false, called = name, isCounted = false }: Entry,
	): string {
		const spec = version === undefined || name === '' ? called || address || '' : `${name}@${version}`;
		const { is } =
			address === undefined
				? { is: undefined }
				: classifyAddress(address, { name, version: version ?? '' }, this.#bases);
		const more = { source: [address, ...(hash.of === 'nothing' ? [] : [hashText(hash)])], isCounted };
		if (is !== undefined && is !== 'own' && is !== 'another') return this.leaveOut(place, spec, is, more);
		if (version === undefined || !isPackageName(name) || !isVersion(version))
			return this.leaveOut(place, spec, 'unreadable', more);
		// JSR's packages have this scope for npm's tools. Its address is in their settings, if it is not in the file.
		if (is === undefined && name.startsWith('@jsr/')) return this.leaveOut(place, spec, 'jsr', more);
		if (!isCounted) this.#countOne();
		const known = this.#packages.get(spec);
		const release: Known = known ?? {
			...{ name, version, hashes: new Map(), addresses: new Set() },
			...{ line: place.line, column: place.column },
		};
		if (!known) this.#packages.set(spec, release);
		release.hashes.set(hashText(hash), hash);
		if (address !== undefined) release.addresses.add(address);
		if (isPatched) release.isPatched = true;
		if (hash.of !== 'nothing' || address !== undefined) this.#isWithoutHashes = false;
		return spec;
	}

	/** An entry that no registry can answer for. @returns its name. @throws Refusal `lockfile-too-large`. */
	leaveOut(
		{ line, column }: Place,
		spec: string,
		why: NotCoveredReason,
		{ source = [], isCounted = false }: LeftOut = {},
	): string {
		if (!isCounted) this.#countOne();
		const cut = spec.slice(0, MAX_SPEC);
		const whole = this.#sourceOf([spec.slice(MAX_SPEC), ...source]);
		const row = { spec: cut, why, line, column, ...(whole !== '' && { source: whole }) };
		const key = cut === '' ? `${why} ${line}:${column}` : uncoveredKey(row);
		if (!this.#notCovered.has(key)) this.#notCovered.set(key, row);
		return spec;
	}

	/** The project itself names this release; what is no release of the file is passed over. */
	markDirect(spec: string): void {
		const known = this.#packages.get(spec);
		if (known) known.isDirect = true;
	}

	/**
	 * The project changes these: `name@version`, `name@range`, or a name for every version of it. Called once, with all that the file has.
	 * @throws Refusal `lockfile-too-large` for more of them than any project has.
	 */
	markPatched(tables: readonly Table[]): void {
		const specs = new Set(tables.flatMap((table) => [...table.keys()]));
		if (specs.size > MAX_PATCHES) throw new Refusal('lockfile-too-large', `more than ${MAX_PATCHES} patches`);
		const named = Map.groupBy(this.#packages.values(), ({ name }) => name);
		let compared = 0;
		for (const spec of specs) {
			const exact = this.#packages.get(spec);
			if (exact) exact.isPatched = true;
			const at = spec.indexOf('@', 1);
			const [name, text] = at === -1 ? [spec, '*'] : [spec.slice(0, at), spec.slice(at + 1)];
			const range = isVersion(text) ? undefined : rangeOf(text);
			const releases = (range && named.get(name)) ?? [];
			compared += releases.length;
			if (compared > MAX_COMPARED)
				throw new Refusal('lockfile-too-large', `more than ${MAX_COMPARED} versions that a patch may be of`);
			for (const release of releases) if (text === '*' || range?.test(release.version)) release.isPatched = true;
		}
	}

	lockfile(format: LockfileFormatId, formatVersion: string): Lockfile {
		const packages = [...this.#packages.values()].map(({ hashes, addresses, ...release }) => ({
			...release,
			...{ hashes: [...hashes.values()], addresses: [...addresses] },
		}));
		return {
			format,
			formatVersion,
			packages,
			notCovered: [...this.#notCovered.values()],
			entries: this.#count,
			...(packages.length > 0 && this.#isWithoutHashes && { isWithoutHashes: true as const }),
		};
	}

	#sourceOf(parts: readonly (string | undefined)[]): string {
		const texts = parts.filter((text) => text !== undefined).filter((text) => text !== '');
		for (const text of texts) this.#sources += text.length;
		if (this.#sources > MAX_SOURCES)
			throw new Refusal('lockfile-too-large', `more than ${MAX_SOURCES} characters of addresses and hashes`);
		return texts.join(' ');
	}

	#countOne(): void {
		this.#count += 1;
		if (this.#count > MAX_ENTRIES) throw new Refusal('lockfile-too-large', `more than ${MAX_ENTRIES} entries`);
	}
}

/** What tells an entry that is not covered from all others, in whatever line it is. */
export function uncoveredKey({ spec, why, source }: NotCovered): string {
	return JSON.stringify([why, spec, source]);
}

/** Parsed, which takes longer than a comparison; nothing for what is none. */
function rangeOf(text: string): Range | undefined {
	if (text.length > SELECTOR_LENGTH) return undefined;
	try {
		return new Range(text);
	} catch {
		return undefined;
	}
}
