/** Owns the faults that are planted in copies of the product, to show that the fuzzer finds their kind. */
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { Change, Recipe } from './recipe.ts';

/** A fault: what of one source file reads otherwise. */
export interface Fault {
	/** In few words; also its query. */
	name: string;
	file: string;
	/** Stands exactly once in the file. */
	find: string;
	replace: string;
	/** Rules of the oracle, any of which finds it. */
	rules: readonly string[];
	/** Worlds in which it can show; the others are passed over, to save time. */
	where: (recipe: Recipe) => boolean;
}

const has =
	(is: Change['is'], words = '') =>
	(recipe: Recipe) =>
		recipe.changes.some(({ change }) => change.is === is && JSON.stringify(change).includes(words));

const inspect = 'lib/inspect.ts';
const history = 'lib/history.ts';

export const FAULTS: readonly Fault[] = [
	{
		name: 'policy-ignored',
		file: inspect,
		find: 'const policy = world.policies && consult(world.policies, name, identity, claims);',
		replace: 'const policy = undefined as PolicyResult | undefined;',
		rules: ['policy-passed'],
		where: ({ policy }) => policy === 'differs' || policy === 'requires',
	},
	{
		name: 'loss-ignored',
		file: history,
		find: "outcome.changes.push({ field: 'provenance', before: isVerified ? 'verified' : 'listed', now: 'none' });",
		replace: 'void isVerified;',
		rules: ['loss-passed'],
		where: has('token'),
	},
	{
		name: 'false-record-taken-as-good',
		file: 'lib/sigstore/verify.ts',
		find: 'await settle(() => verifier.verify(attempt.entity), trust.knownAnswers);',
		replace: '',
		rules: ['false-record-passed', 'confirmed-without-record'],
		where: has('flaw'),
	},
	{
		name: 'digest-not-compared',
		file: 'lib/attestations.ts',
		find: 'if (digest !== release.sha512)',
		replace: 'if (false)',
		rules: ['false-record-passed', 'confirmed-without-record'],
		where: has('flaw', 'digest'),
	},
	{
		name: 'two-warnings',
		file: inspect,
		find: 'const isAlarm = first !== undefined && !isWarned && ALARMS.has(first.code);',
		replace: 'const isAlarm = first !== undefined && ALARMS.has(first.code);',
		rules: ['second-warning'],
		where: ({ seen, advisories }) => seen === 'another-file' && advisories !== 'none',
	},
	{
		name: 'not-compared-read-as-compared',
		file: inspect,
		find: "history: { state: 'not-compared', failure }, findings: keyFindings",
		replace: "history: { state: 'compared', line: '1', tier: 'none', changes: [] }, findings: keyFindings",
		rules: ['compared-without-list'],
		where: ({ failures }) => failures.some(({ answer }) => answer === 'list'),
	},
	{
		name: 'finding-without-bound',
		file: history,
		find: 'detail: detail.slice(0, 300)',
		replace: 'detail',
		rules: ['report-too-large'],
		where: has('script', 'huge'),
	},
	{
		name: 'invisible-let-through',
		file: 'lib/wording.ts',
		find: '\\u2060-\\u206f',
		replace: '',
		rules: ['invisible-character'],
		where: (recipe) => JSON.stringify(recipe).includes('hidden'),
	},
	{
		name: 'exception-in-the-line',
		file: inspect,
		find: 'if (!line) return failed(',
		replace: 'if (false) return failed(',
		rules: ['exception'],
		where: has('absent'),
	},
	{
		name: 'mark-better-than-panel',
		file: 'lib/wording.ts',
		find: 'return before === undefined\n\t\t\t?',
		replace: 'return before !== ""\n\t\t\t?',
		rules: ['mark-without-loss'],
		where: has('token'),
	},
	{
		name: 'malware-dropped',
		file: inspect,
		find: 'const malware = advisory.ok ? findInAdvisories(advisory.value) : [];',
		replace: 'const malware: Finding[] = [];',
		rules: ['malware-dropped'],
		where: ({ advisories }) => advisories === 'malware',
	},
	{
		name: 'change-ignored',
		file: history,
		find: 'identity && earlierIdentity && compareIdentities(earlierIdentity, identity),',
		replace: '',
		rules: ['change-passed'],
		where: has('origin'),
	},
	{
		name: 'earlier-false-record-taken-as-good',
		file: 'lib/provenance.ts',
		find: 'if (subject) return { ok: false, failure: subject };',
		replace: '',
		rules: ['earlier-identity-without-record', 'line-identity-without-record'],
		where: has('foreign'),
	},
];

/** A copy is not made of what the sigstore packages know by its address. */
const SHARED = /\/lib\/sigstore\/(settle|node-crypto|node-util|node-buffer|der|stand-ins)\.ts$/;
const root = new URL('../../', import.meta.url).href;

/** The query by which `loadProduct` gets the copy with a fault. */
export function queryOf({ name }: Fault): string {
	return `?fault=${name}`;
}

/** Makes copies of the product loadable (see `queryOf`). @throws on loading, where a fault does not fit the source any more. */
export function plantFaults(faults: readonly Fault[] = FAULTS): void {
	registerHooks({
		resolve(specifier, context, next) {
			const resolved = next(specifier, context);
			const [, query] = /(\?fault=.*)$/.exec(context.parentURL ?? '') ?? [];
			const isCopied = query && resolved.url.startsWith(`${root}lib/`) && resolved.url.endsWith('.ts');
			return isCopied && !SHARED.test(resolved.url) ? { ...resolved, url: resolved.url + query } : resolved;
		},
		load(url, context, next) {
			const [, address, name] = /^(.*)\?fault=(.*)$/.exec(url) ?? [];
			const fault = faults.find((one) => one.name === name);
			if (!address || !fault) return next(url, context);
			const text = readFileSync(fileURLToPath(address), 'utf8');
			if (address !== root + fault.file) return { format: 'module-typescript', source: text, shortCircuit: true };
			const parts = text.split(fault.find);
			if (parts.length !== 2) throw new Error(`${fault.name}: stands ${parts.length - 1} times in ${fault.file}`);
			return { format: 'module-typescript', source: parts.join(fault.replace), shortCircuit: true };
		},
	});
}
