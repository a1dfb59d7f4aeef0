/** Owns how the stores' texts are read from docs/store/listing.md, and what they have to say of the manifest. */
import { NPM_SITE } from '../lib/npm/hosts.ts';
import { HOSTS } from './documents.ts';

export const LISTING = 'docs/store/listing.md';

/** The parts of a manifest that a listing has to explain. */
export interface StoredManifest {
	name?: string;
	description?: string;
	permissions?: string[];
	optional_permissions?: string[];
	host_permissions?: string[];
	optional_host_permissions?: string[];
	content_scripts?: { matches?: string[] }[];
	browser_specific_settings?: {
		gecko?: { data_collection_permissions?: { required?: string[]; optional?: string[] } };
	};
}

/** Fewest and most characters of a section, the tightest of the stores that ask for it. */
export const LENGTHS: Record<string, { min: number; max: number }> = {
	Name: { min: 1, max: 50 },
	'Summary for Chrome and Edge': { min: 1, max: 132 },
	'Summary for Firefox': { min: 1, max: 250 },
	// Edge asks for 250 at least and takes 10,000.
	Description: { min: 250, max: 10_000 },
	'Single purpose': { min: 1, max: 1000 },
	'Data use': { min: 1, max: 10_000 },
};
const MAX_REASON = 1000;
/** What each origin is called in documents, whose prose names no host. */
const NAMES = new Map([...HOSTS.map(({ origin, name }) => [origin, name] as const), [NPM_SITE, "npm's website"]]);

/** The texts of a listing. */
export interface Listing {
	/** Heading -> text below it, without the line breaks of the source. */
	sections: Map<string, string>;
	/** Permission, as `permissionsOf` names it -> reason. */
	reasons: Map<string, string>;
}

/** Reads a listing: sections by their headings of the second level, reasons from the table of `Permissions`. */
export function parseListing(markdown: string): Listing {
	const sections = new Map<string, string>();
	for (const part of markdown.split(/^## /m).slice(1)) {
		const [heading = '', ...lines] = part.split('\n');
		sections.set(heading.trim(), unwrap(lines.join('\n')));
	}
	const rows = [...(sections.get('Permissions') ?? '').matchAll(/^\| (.+?) \| (.+?) \|$/gm)].slice(2);
	return { sections, reasons: new Map(rows.map(([, name = '', reason = '']) => [name.replaceAll('`', ''), reason])) };
}

/** Paragraphs in one line each, as the stores' forms want them. */
function unwrap(text: string): string {
	return text.trim().replace(/([^\n|])\n(?=[^\n|-])\s*/g, '$1 ');
}

/** What a manifest asks for, each once: permissions by name, hosts by what documents call them. */
function permissionsOf(manifest: StoredManifest): string[] {
	const hosts = (patterns: string[] = [], kind: string) =>
		patterns.map((pattern) => `${NAMES.get(pattern.replace(/\/\*$/, '')) ?? pattern} (${kind})`);
	return [
		...new Set([
			...(manifest.permissions ?? []),
			...(manifest.optional_permissions ?? []),
			...hosts(manifest.host_permissions, 'host'),
			...hosts(manifest.optional_host_permissions, 'host'),
			...(manifest.content_scripts ?? []).flatMap(({ matches }) => hosts(matches, 'content script')),
		]),
	];
}

/** What is wrong with a listing for these manifests, a sentence each. */
export function findListingProblems({ sections, reasons }: Listing, manifests: readonly StoredManifest[]): string[] {
	const problems: string[] = [];
	for (const [heading, { min, max }] of Object.entries(LENGTHS)) {
		const { length } = sections.get(heading) ?? '';
		if (length < min || length > max) problems.push(`"${heading}" has ${length} characters, not ${min} to ${max}`);
	}
	const needed = new Set(manifests.flatMap(permissionsOf));
	for (const name of needed) if (!reasons.has(name)) problems.push(`"Permissions" has no reason for ${name}`);
	for (const [name, { length }] of reasons) {
		if (!needed.has(name)) problems.push(`"Permissions" has a reason for ${name}, which no manifest asks for`);
		if (length > MAX_REASON) problems.push(`the reason for ${name} has more than ${MAX_REASON} characters`);
	}
	for (const { name, description, browser_specific_settings: settings } of manifests) {
		if (sections.get('Name') !== name) problems.push(`"Name" is not the manifest's: ${name}`);
		if (sections.get('Summary for Chrome and Edge') !== description)
			problems.push(`"Summary for Chrome and Edge" is not the manifest's description: ${description}`);
		const { required = [], optional = [] } = settings?.gecko?.data_collection_permissions ?? {};
		for (const kind of [...required, ...optional])
			if (!sections.get('Data use')?.includes(`\`${kind}\``)) problems.push(`"Data use" does not name ${kind}`);
	}
	return [...new Set(problems)].map((problem) => `${LISTING}: ${problem}`);
}
