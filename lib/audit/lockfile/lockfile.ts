/** Owns what a lockfile is read into: the packages that it locks, each with its place, and what cannot be audited, each with its reason. */
import type { NotCoveredReason } from '../../report/audit.ts';
import type { Result } from '../../report/result.ts';

/** The forms of lockfiles that can be read; one file of this folder each. */
export type LockfileFormatId = 'npm' | 'pnpm' | 'yarn-classic' | 'yarn-berry' | 'bun' | 'deno' | 'vlt';

/** Where an entry begins in the file; both count from 1. */
export interface Place {
	line: number;
	column: number;
}

/** What the file says of a package's file. */
export type LockedHash =
	/** A hash of the published tarball, in the form of Subresource Integrity (`sha512-...`, `sha1-...`), several parted by spaces. */
	| { of: 'tarball'; integrity: string }
	/** A hash of something else that no registry lists, as it is written: of yarn berry's own zip, or of the tar inside the tarball. */
	| { of: 'zip' | 'tar'; text?: string | undefined }
	| { of: 'nothing' };

/** A release of the registry that the file locks. Its name and version are only a claim of the file. */
export interface LockedPackage extends Place {
	/** The package's own name, never an alias. */
	name: string;
	/** An exact version. */
	version: string;
	/** Each different one that the entries of this release have. One of them may differ from the others. */
	hashes: readonly LockedHash[];
	/** Each different address of the tarball that is written in the file; none where the tool writes none. */
	addresses: readonly string[];
	/** The project changes it after the download, on purpose. */
	isPatched?: true;
	/** The project itself names it. Absent also where the format does not tell. */
	isDirect?: true;
}

/** An entry that no registry of npm's kind can answer for. */
export interface NotCovered extends Place {
	/** `name@version` as far as the file has them, else its key, path or address; empty where it has none. Text from outside. */
	spec: string;
	why: NotCoveredReason;
	/**
	 * What else the file says of where it comes from: address, commit, folder, hash. It tells two entries of one name apart, and is
	 * printed nowhere. Text from outside.
	 */
	source?: string;
}

/** A lockfile, read. */
export interface Lockfile {
	format: LockfileFormatId;
	/** As the file writes it, without quotes: `3`, `9.0`. */
	formatVersion: string;
	/** In the order of the file, each `name@version` once, by its first place. */
	packages: readonly LockedPackage[];
	/** In the order of the file, each once. One name may come from several sources. */
	notCovered: readonly NotCovered[];
	/** Entries in the file, those counted once that come several times too; the project itself is none. */
	entries: number;
	/** No entry has a hash or an address, as npm writes it over a kept node_modules. Said once, for the file. */
	isWithoutHashes?: true;
}

/** How one form of lockfile is read. Pure. */
export interface LockfileFormat {
	id: LockfileFormatId;
	/**
	 * By its name and its first characters; never by running the tool.
	 * @param fileName without folders; empty where the name tells nothing. @param text the first characters.
	 */
	recognises(fileName: string, text: string): boolean;
	/**
	 * Reads a text without a byte order mark, with `\n` or `\r\n`.
	 * @param bases of the registry that is asked, as `REGISTRY_BASES`.
	 * @returns failures `lockfile-unreadable` (with `line L, column C: what`), `lockfile-version-unknown` (with the version),
	 *   `lockfile-too-large` (with the limit).
	 */
	parse(text: string, bases: readonly string[]): Result<Lockfile>;
}
