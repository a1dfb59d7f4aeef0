/** Owns the generated parts of the documents: hosts, codes, rules, and the index of decisions. Usage: npm run documents */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { GITHUB_API, GITHUB_RAW, REGISTRY, REKOR, SIGSTORE_TUF } from '../lib/npm/hosts.ts';
import { RULE_IDS, RULE_KINDS } from '../lib/preflight/rule-kinds.ts';
import { UNREADABLE_CODES } from '../lib/preflight/tree.ts';
import type { Registry } from '../lib/registry/registry.ts';
import { FAILURES } from '../lib/report/failures.ts';
import { FINDINGS } from '../lib/report/findings.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** One kind of request, for people. */
interface Asked {
	/** What is sent and asked for. */
	what: string;
	when: string;
	why: string;
}

/** One host that the extension contacts. */
interface Host {
	/** Its origin, and the constant that holds it. */
	origin: string;
	constant: string;
	/** What it is called in documents: the address itself is only in the code. */
	name: string;
	asked: readonly Asked[];
	/** Whether the reader allows the access on its own, for a look. */
	isOptional?: true;
}

/** Each way to ask the registry; a new one does not compile until it has a row. (`keptAttestations` and `until` ask nobody; `fetchAdvisoriesOf` asks as `fetchAdvisories` does.) */
const REGISTRY_ASKED: Record<Exclude<keyof Registry, 'keptAttestations' | 'fetchAdvisoriesOf' | 'until'>, Asked> = {
	fetchManifest: {
		what: 'one version: name and version',
		when: 'you look at a release, a mark of it is in view, you name its package on the Preflight page, or an audit could not read the list of its releases',
		why: 'its fingerprint and signatures, and whether attestations are listed',
	},
	fetchAttestations: {
		what: 'attestations of a version: name and version',
		when: 'you look at a release, a mark of it is in view, you name its package on the Preflight page, a lockfile that you audit names it, or a later release is compared with it',
		why: 'the signed records',
	},
	fetchPackument: {
		what: 'all releases: name',
		when: 'you look at a release, name a package on the Preflight page, audit a lockfile that names it, or the mark of a release without provenance needs their times',
		why: 'the comparison with earlier releases; how the latest one was published',
	},
	fetchAbbreviated: {
		what: 'the short list of releases: name',
		when: 'a mark of a release without provenance is in view, or you name a range of versions',
		why: 'whether earlier releases list provenance; which version a range means',
	},
	fetchAdvisories: {
		what: 'advisories: name and versions',
		when: 'you look at a release, marks of a list are in view, or you audit a lockfile (one request for many of them)',
		why: 'whether it is listed as malware',
	},
	fetchKeys: {
		what: "the registry's list of keys",
		when: 'a signature names a key that the trust root does not have',
		why: 'to say whether the registry lists the key; nothing is verified with it',
	},
	fetchTarball: {
		what: 'the file of a release: name and version',
		when: 'you press the button for it on the report page, or ask for the look at the files or at what runs on install',
		why: 'to compare the bytes with the statement; to list its files and what it starts',
	},
	search: {
		what: 'a search: the letters that you typed',
		when: 'you type in the popup, if you allow suggestions',
		why: 'to suggest names',
	},
};

/** Every host that the extension contacts. */
export const HOSTS: readonly Host[] = [
	{ origin: REGISTRY, constant: 'REGISTRY', name: "npm's registry", asked: Object.values(REGISTRY_ASKED) },
	{
		origin: SIGSTORE_TUF,
		constant: 'SIGSTORE_TUF',
		name: "Sigstore's TUF repository",
		asked: [
			{
				what: 'the files of the trust root; nothing of what you look at',
				when: 'once a day at most, unless you switch it off; and when you press "Refresh now"',
				why: 'keys, logs and authorities change',
			},
		],
	},
	{
		origin: GITHUB_API,
		constant: 'GITHUB_API',
		name: "GitHub's API",
		isOptional: true,
		asked: [
			{
				what: 'the run, its jobs, tags, branches and the list of files: repository, commit, run and names of tags',
				when: 'you ask for the look at the run, at tag and checkout, at the commit, or at the files',
				why: 'what the record does not prove: how the run ended, which commit the tag names, which files are not in the source',
			},
		],
	},
	{
		origin: GITHUB_RAW,
		constant: 'GITHUB_RAW',
		name: 'files at GitHub',
		isOptional: true,
		asked: [
			{
				what: 'the build file and .gitignore: repository, commit and path',
				when: 'you ask for the look at the build file, at the run, at tag and checkout, or at the files',
				why: 'what the build file does; which folders are meant for built files',
			},
		],
	},
	{
		origin: REKOR,
		constant: 'REKOR',
		name: "Sigstore's public log (Rekor)",
		isOptional: true,
		asked: [
			{
				what: 'one entry by its number, the newest roots, and a proof between two sizes of the log',
				when: 'you ask for the look at the log',
				why: 'whether the log gives the same entry today, proves it, and still holds what it held',
			},
		],
	},
];

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
	return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** The file of the sources that holds the addresses, from the root. */
function fileOfHosts(): string {
	const files = readdirSync(join(root, 'lib'), { recursive: true, encoding: 'utf8' }).filter((name) =>
		name.endsWith('.ts'),
	);
	const file = files.find((name) => readFileSync(join(root, 'lib', name), 'utf8').includes('export const REGISTRY = '));
	if (file === undefined) throw new Error('no file of lib exports REGISTRY');
	return relative(root, join(root, 'lib', file)).replaceAll('\\', '/');
}

function hosts(): string {
	const file = fileOfHosts();
	const rows = HOSTS.flatMap(({ name, asked }) => asked.map(({ what, when, why }) => [name, what, when, why]));
	const addresses = HOSTS.map(({ name, constant }) => `\`${constant}\` (${name})`);
	return [
		table(['host', 'what is asked', 'when', 'why'], rows),
		'',
		`The addresses are the constants ${addresses.slice(0, -1).join(', ')} and ${addresses.at(-1)} in [${file}](${file}).`,
	].join('\n');
}

function failures(): string {
	const codes = Object.entries(FAILURES);
	const of = (kind: 'false' | 'unchecked') =>
		codes.flatMap(([code, its]) => (its === kind ? [`\`${code}\``] : [])).join(', ');
	return table(
		['kind', 'codes'],
		[
			['false', of('false')],
			['unchecked', of('unchecked')],
		],
	);
}

function findings(): string {
	return table(
		['code', 'claim', 'said by'],
		Object.entries(FINDINGS).map(([code, { claim, saidBy }]) => [`\`${code}\``, `\`${claim}\``, saidBy]),
	);
}

function rules(): string {
	const of = (rule: (typeof RULE_IDS)[number], weight: string) =>
		Object.entries(RULE_KINDS[rule])
			.flatMap(([kind, its]) => (its === weight ? [`\`${kind}\``] : []))
			.join(', ');
	return [
		table(
			['rule', 'weight `look`', 'weight `note`'],
			RULE_IDS.map((rule) => [`\`${rule}\``, of(rule, 'look'), of(rule, 'note')]),
		),
		'',
		`A file that cannot be read: ${UNREADABLE_CODES.map((code) => `\`${code}\``).join(', ')}.`,
	].join('\n');
}

const DECISIONS = 'docs/decisions';
/** How a decision opens. */
const DECISION = /^# (?<title>.+)\n\nDate: (?<date>\d{4}-\d\d-\d\d)\. Area: (?<area>[a-z ]+)\.\n\n\*\*Decision\.\*\* /;

/** Names of the files of decisions, in order. */
export function decisionFiles(): string[] {
	return readdirSync(join(root, DECISIONS))
		.filter((name) => name.endsWith('.md') && name !== 'README.md')
		.toSorted();
}

/** What a decision's file says of itself. @throws Error where it does not open as a decision does. */
export function readDecision(file: string): { title: string; date: string; area: string; text: string } {
	const text = readFileSync(join(root, DECISIONS, file), 'utf8');
	const { title, date, area } = DECISION.exec(text)?.groups ?? {};
	if (title === undefined || date === undefined || area === undefined)
		throw new Error(`${DECISIONS}/${file} does not open with a title, "Date: ... Area: ...", and "**Decision.**"`);
	return { title, date, area, text };
}

function decisions(): string {
	const rows = decisionFiles().map((file) => {
		const { title, date, area } = readDecision(file);
		return [file.slice(0, 4), `[${title.replaceAll('|', '\\|')}](${file})`, area, date];
	});
	return table(['number', 'decision', 'area', 'date'], rows);
}

/** Document -> its generated parts by name. */
const PARTS: Record<string, Record<string, () => string>> = {
	'PRIVACY.md': { hosts },
	'docs/contract.md': { failures, findings, rules },
	[`${DECISIONS}/README.md`]: { decisions },
};

/**
 * The documents with their generated parts as they should be.
 * @throws Error where a document has no place for a part.
 */
export function generatedDocuments(): { path: string; text: string }[] {
	return Object.entries(PARTS).map(([path, parts]) => {
		let text = readFileSync(join(root, path), 'utf8');
		for (const [name, make] of Object.entries(parts)) {
			const [begin, end] = [`<!-- generated: ${name} -->\n`, '<!-- end of generated -->'];
			const from = text.indexOf(begin);
			const to = text.indexOf(end, from);
			if (from === -1 || to === -1) throw new Error(`${path} has no place for ${name}`);
			text = `${text.slice(0, from + begin.length)}\n${make()}\n\n${text.slice(to)}`;
		}
		return { path, text };
	});
}

if (import.meta.main)
	for (const { path, text } of generatedDocuments()) {
		writeFileSync(join(root, path), text);
		console.log(path);
	}
