/** Owns what a list of releases tells of one release, and of a package. */
import type { Manifest } from '../report/evidence.ts';

/** One release as a packument tells it. Only `signatures` are signed, and they cover name, version and integrity. */
export interface PublishedRelease extends Manifest {
	/** ISO time with milliseconds, UTC, so that times can be compared as text. */
	publishedAt: string;
	deprecated: boolean;
	/** The npm user; `trustedPublisher` its id where a build service published, `approver` who approved a staged publish. */
	publisher?: { name?: string | undefined; trustedPublisher?: string; approver?: string };
	/** Scripts that npm runs on install, by name; that of a file `binding.gyp` is among them, where the list tells of it. */
	installScripts: Partial<Record<InstallScript, string>>;
	/** Whether `install` is npm's own, for a file `binding.gyp`. */
	isGypPackage?: true;
	/** The lists of dependencies as served, of any shape; absent where whoever read the list did not ask for them. */
	dependencies?: DependencyLists;
	/** Dependencies that npm installs from git or an address. */
	outsideDependencies: { name: string; source: string }[];
	fileCount?: number | undefined;
}

/** What package.json says of dependencies. Nothing of it is parsed. */
export interface DependencyLists {
	optionalDependencies?: unknown;
	dependencies?: unknown;
	peerDependencies?: unknown;
	peerDependenciesMeta?: unknown;
}

type InstallScript = (typeof INSTALL_SCRIPTS)[number];

/** A packument, as far as the comparison needs it. */
export interface Packument {
	name: string;
	distTags: Record<string, string>;
	/** By time of publishing, the oldest first. */
	releases: PublishedRelease[];
	/** Releases of which the list gives no date, the same but for it; they are not among `releases`. */
	undated: UndatedRelease[];
	/** How many releases could not be read and are left out. */
	unreadable: number;
	/** Of versions that were taken away only the times are left: how many, and the newest. */
	removed: { releases: number; last?: { version: string; publishedAt: string } };
}

/** A release without its date. */
export type UndatedRelease = Omit<PublishedRelease, 'publishedAt'>;

/** The scripts that npm runs on install. */
export const INSTALL_SCRIPTS = ['preinstall', 'install', 'postinstall'] as const;
