/** Owns the data of each finding, by its code; that of looks is in look-data.ts. */
import type { LookData } from './look-data.ts';

/** The data of a finding whose code says everything. */
export type NoData = Record<never, never>;

/** Two values of one thing: before, and of the release at hand. */
export interface BeforeAndNow {
	before: string;
	now: string;
}

/** A release that something is said of. */
interface OfVersion {
	version: string;
}

/** What was seen of a release, and on which day first (`2026-11-25`). */
export interface SeenOn {
	day: string;
	value: string;
}

export interface Mute {
	/** The day, `2026-11-25`. */
	date: string;
	note: string;
}

/** Something in package.json that is new or reads differently since another release. */
interface SinceVersion {
	/** The release that it is compared with. */
	since: string;
}

export interface HashedFile {
	bytes: number;
	/** Lower-case hex. */
	sha512: string;
}

/** Code -> the fields of its `data`. Text is from outside, and cut. Times are ISO times. */
export interface FindingData extends LookData {
	// The certificate alone.
	/** A reusable workflow of another owner signed. */
	'signer-elsewhere': { signer: string };
	/** It ran on a machine that is not the build service's. */
	'self-hosted-runner': { runner: string };
	/** The run was started by an event that strangers can cause. */
	'open-trigger': { trigger: string };
	/** It was built from a pull request. */
	'pull-request-ref': { ref: string };
	/** The tag's name names another version of this package. */
	'tag-of-another-version': { tag: string };
	// The certificate against package.json.
	/** package.json names another repository, as an https address. */
	'repository-differs': { repository: string };
	/** The same, but for capitals and small letters. */
	'repository-differs-in-case': { repository: string };
	/** The commit that package.json was published from, by npm's `gitHead`, is the attested one. */
	'git-head-same': { gitHead: string };
	'git-head-differs': { gitHead: string; commit: string };
	'git-head-missing': NoData;
	/** A script that npm runs on install; one finding for each. */
	'runs-on-install': {
		name: string;
		command: string;
		/** Its length in characters, where the command is cut. */
		length?: number;
		/**
		 * The oldest release from which on it reads like this in every release that counts, and when that was published; absent where
		 * the script is the file's own.
		 */
		since?: string;
		at?: string;
		/** Files of the package that it names to be started; at most five, the first of them only. */
		starts?: string[];
		/** package.json does not name it: npm builds a package that has a file `binding.gyp`. */
		isImplied?: boolean;
	};
	'runs-nothing-on-install': NoData;
	// The trust root.
	'custom-trust-root': { name: string };
	'trust-root-old': { days: number };
	/** A key that our trust root lacks and the registry's own list names. */
	'key-listed-by-registry': { keyId: string; expires?: string };
	// The registry's answers.
	/** Some answers could not be fetched again; since when the oldest was kept. */
	'evidence-kept': { since: string };
	'unknown-attestation': { predicateType: string };
	'malware-advisory': { title: string; address?: string };
	/** No registry signature is in the answer. */
	'registry-signature-missing': NoData;
	/** Two answers differ, or both name what they should not: which field, and what they say. */
	'registry-contradicts-itself': {
		field: 'integrity' | 'host' | 'attestations' | 'time';
		manifest?: string;
		list?: string;
	};
	'file-hashed': HashedFile;
	'file-hashed-unlisted': HashedFile;
	// The reader's own.
	'allowlist-unreadable': NoData;
	/** A row of the allowlist names what differs (the row's `package`). */
	'change-expected': { row: string };
	muted: Mute;
	'muted-by-organisation': Mute;
	'seen-with-another-file': { earlier: SeenOn; later: SeenOn };
	'seen-with-another-signer': { earlier: SeenOn; later: SeenOn };
	/** Provenance was seen, and now there is none. */
	'seen-with-provenance': { earlier: SeenOn; later: SeenOn };
	'seen-without-provenance': { earlier: SeenOn; later: SeenOn };
	'sightings-unavailable': NoData;
	/** npm put a placeholder in the place of the package: how many versions are gone, and when the last of them came. */
	'security-holding': { removed: number; last?: string };
	// The lockfile that names the release.
	/** The address in it is of another release: `name@version`, or the address where that cannot be read. */
	'lockfile-names-another-package': { spec: string };
	/** The hash in it is of another file: the algorithm, and both hashes in base64. */
	'lockfile-names-another-file': { algorithm: string; lockfile: string; registry: string };
	/** The strongest hash in it that could be compared is SHA-1, and it matches. */
	'lockfile-hash-is-sha1': NoData;
	/** The project changes the package after the download, on purpose. */
	'patched-here': NoData;
	// The releases before.
	/** There were releases before it, and none that was at least 72 hours old had provenance. */
	'first-with-provenance': NoData;
	/** The same, and no package.json before named this repository; whether one named another of the same owner. */
	'first-provenance-elsewhere': { repository: string; before: string; isSameOwner: boolean };
	/** None here nor where it counts; but a release with which it is not compared had it. */
	'other-lines-have-provenance': OfVersion;
	/** Lost, but not only here: since which release and time, in how many, and whether that is long ago. */
	'provenance-lost-earlier': { since: string; at: string; releases: number; isLongAgo: boolean };
	/** Lost and deprecated, and a higher stable release of the line exists. */
	'deprecated-without-provenance': OfVersion;
	/** None here nor in its line, and within 24 hours of a release that is lost or changed. */
	'beside-a-lost-release': { version: string; verdict: 'lost' | 'changed' };
	/** `latest` names this release, which is lower than one that was published before it. */
	'latest-moved-back': { version: string; why: 'provenance' | 'origin' | 'maintained' | 'order' };
	'trusted-publisher-without-provenance': { publisher: string };
	/** Published more strongly: two tiers. */
	'tier-rose': BeforeAndNow;
	/** Published more weakly, or without provenance, in the days in which npm did not record approvals. */
	'staged-unrecorded': BeforeAndNow;
	/** Another npm account. */
	'publisher-changed': BeforeAndNow & SinceVersion;
	'published-within-minutes': { version: string; seconds: number };
	/** The same repository, by its number, under a new name. */
	'repository-renamed': BeforeAndNow;
	'environment-added': { environment: string };
	/** The origin is not the one that was known longest: since which release and time, and what it was before. */
	'origin-new': { since: string; at: string; before: string; beforeVersion: string };
	/** A known origin's record was listed, and not served, or is false: which release, and the failure's code. */
	'record-passed-over': { version: string; failure: string };
	'install-script-added': { name: string; command: string } & SinceVersion;
	'install-script-changed': { name: string; command: string; before: string } & SinceVersion;
	/** A name that package.json did not have before; `kind` where it is no ordinary dependency. */
	'dependency-added': { name: string; range: string; kind?: 'optional' | 'peer' } & SinceVersion;
	'dependency-removed': { name: string } & SinceVersion;
	/** A source from which npm does not ask the registry, which was not there before. */
	'dependency-outside-registry': { name: string; source: string } & SinceVersion;
	/** The list says that it was published before the log took its record in: two ISO times. */
	'times-out-of-order': { published: string; logged: string };
	/** A week or more lies between the signature and the publication. */
	'published-long-after-signing': { signed: string; published: string; days: number; isStaged: boolean };
	/** The unpacked files weigh far more: bytes, and files where both are known. */
	'size-jumped': { before: number; now: number; filesBefore?: number; filesNow?: number } & SinceVersion;
	/** Releases of the list that could not be read and were left out. */
	'releases-unreadable': { releases: number };
	/** More findings of one code than are shown. */
	'and-more': { code: keyof FindingData; more: number };
}

export type FindingCode = keyof FindingData;
