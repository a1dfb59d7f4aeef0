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

const provenance = 'lib/inspect/provenance.ts';
const comparison = 'lib/history/compare.ts';
const origin = 'lib/history/origin.ts';

export const FAULTS: readonly Fault[] = [
	{
		name: 'policy-ignored',
		file: 'lib/inspect/inspect.ts',
		find: 'const policy = world.policies && evaluatePolicies(world.policies, name, identity, claims);',
		replace: 'const policy = undefined as PolicyResult | undefined;',
		rules: ['policy-passed'],
		where: ({ policy }) => policy === 'differs' || policy === 'requires',
	},
	{
		name: 'loss-ignored',
		file: comparison,
		find: 'if (losses.isLost(here)) return',
		replace: 'if (false) return',
		rules: ['loss-passed'],
		where: has('token'),
	},
	{
		name: 'deprecation-calms-a-loss',
		file: comparison,
		find: 'if (losses.isLost(here)) return',
		replace: 'if (losses.isLost(here) && !here.deprecated) return',
		rules: ['loss-passed'],
		where: (recipe) => has('deprecated')(recipe) || has('token', 'Deprecated')(recipe),
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
		file: 'lib/attestation/subject.ts',
		find: 'if (digest !== release.sha512)',
		replace: 'if (false)',
		rules: ['false-record-passed', 'confirmed-without-record'],
		where: (recipe) => has('flaw', 'digest')(recipe) || has('integrity', '"both"')(recipe),
	},
	{
		name: 'earlier-record-of-another-release',
		file: provenance,
		find: 'if (subject) return { ok: false, failure: subject };',
		replace: '',
		rules: ['earlier-identity-without-record', 'line-identity-without-record'],
		where: has('foreign'),
	},
	{
		name: 'change-ignored',
		file: origin,
		find: 'const agreeing = compared.find(({ changes }) => changes.length === 0);',
		replace: 'const agreeing = compared[0];',
		rules: ['change-passed'],
		where: has('origin'),
	},
	{
		name: 'contradiction-ignored',
		file: 'lib/inspect/findings.ts',
		find: 'listedIntegrity !== undefined && integrity !== listedIntegrity)',
		replace: 'false)',
		rules: ['contradiction-passed'],
		where: has('integrity'),
	},
	{
		name: 'not-compared-read-as-unchanged',
		file: comparison,
		find: 'if (outcome?.failure) return { history: notCompared(here, outcome.failure), findings, outcome };',
		replace: '',
		rules: ['compared-with-nobody-verified'],
		where: ({ earlier }) => earlier !== 'served',
	},
	{
		name: 'two-warnings',
		file: 'lib/inspect/with-findings.ts',
		find: 'isLed(finding) ?',
		replace: "isLed(finding) || finding.code.startsWith('seen-with-') ?",
		rules: ['second-warning'],
		where: ({ seen, advisories }) => seen.startsWith('another') && advisories !== 'none',
	},
	{
		name: 'malware-dropped',
		file: 'lib/inspect/complete.ts',
		find: '...(own.ok ? findInAdvisories(own.value) : [])',
		replace: '...[]',
		rules: ['malware-dropped'],
		where: ({ advisories }) => advisories === 'malware',
	},
	{
		name: 'finding-without-bound',
		file: 'lib/report/findings.ts',
		find: "if (typeof value === 'string') return value.slice(0, MAX_TEXT) as T;",
		replace: '',
		rules: ['report-too-large'],
		where: (recipe) => has('script', 'huge')(recipe) || has('publisher', 'huge')(recipe),
	},
	{
		name: 'findings-without-end',
		file: 'lib/report/findings.ts',
		find: 'export const MAX_OF_A_CODE = 10;',
		replace: 'export const MAX_OF_A_CODE = 100;',
		rules: ['too-many-findings'],
		where: has('dependencies', 'two-hundred'),
	},
	{
		name: 'invisible-let-through',
		file: 'lib/text/format.ts',
		find: 'return escapeInvisible(text);',
		replace: 'return text;',
		rules: ['invisible-character'],
		where: (recipe) => JSON.stringify(recipe).includes('hidden'),
	},
	{
		name: 'exception-in-the-line',
		file: 'lib/inspect/trace-line.ts',
		find: 'if (!line) return failed(',
		replace: 'if (false) return failed(',
		rules: ['exception'],
		where: (recipe) => recipe.most !== 'no-line' && (has('absent')(recipe) || has('time')(recipe)),
	},
	{
		name: 'link-holds-unchecked',
		file: 'lib/report/chain-links.ts',
		find: "if (!claim || !('failure' in claim)) return { standing: 'not-checked' };",
		replace: "return { standing: 'holds' };",
		rules: ['link-without-claim'],
		where: has('flaw'),
	},
	{
		name: 'mark-better-than-panel',
		file: 'lib/inspect/quick-check.ts',
		find: 'isSuspect(abbreviated.value, here)',
		replace: 'false',
		rules: ['mark-without-loss'],
		where: has('token'),
	},
	{
		name: 'marks-always-red',
		file: 'lib/inspect/quick-check.ts',
		find: '...(calm && { calm })',
		replace: '',
		rules: ['mark-redder-than-panel'],
		where: has('token'),
	},
	{
		name: 'requests-without-bound',
		file: origin,
		find: 'const MAX_OTHERS = 3;',
		replace: 'const MAX_OTHERS = 30;',
		rules: ['too-many-requests'],
		where: has('origin'),
	},
];

/** A copy is not made of what the sigstore packages know by its address. */
const SHARED = /\/lib\/sigstore\/webcrypto\/[\w-]+\.ts$/;
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
