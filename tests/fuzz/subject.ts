/** Owns the seam between the fuzzer and the product: the only file of it that knows the product's functions. */
import type { Chain } from '../../lib/report/chain.ts';
import type { Inspection } from '../../lib/report/evidence.ts';
import type { Line } from '../../lib/report/history.ts';
import type { Result } from '../../lib/report/result.ts';
import type { Pool } from './pool.ts';
import { fetchFrom, type Log, TIMED_OUT } from './registry.ts';
import { policyOf, type World } from './world.ts';

/** What the product says of one world, with all that it would print. */
export interface Answered {
	/** The first answer, before anything was compared. */
	first: Inspection;
	completed: Inspection;
	/** Absent where the line was not looked at. */
	line: Result<Line> | undefined;
	mark: { look: string; sentence: string };
	/** The two chains of evidence. */
	chains: { first: Chain; completed: Chain };
	/** The looks of the two panels, and of the last one that npm's page shows. */
	looks: { first: string; completed: string; shown: string };
	/** Every word for readers, by where it stands. */
	words: { [place: string]: string };
	/** What the panel asked the registry for, then what the mark did. */
	asked: { panel: string[]; mark: string[] };
}

/** The product's modules, as they are, or with a fault planted (see `faults.ts`). */
export type Product = Awaited<ReturnType<typeof loadProduct>>;

/** @param query what is put behind each module's address, so that a copy of its own is loaded. */
export async function loadProduct(query = '') {
	const load = <Module>(path: string): Promise<Module> => import(`../../${path}${query}`);
	const [
		inspect,
		complete,
		traceline,
		quickcheck,
		client,
		cache,
		evidence,
		schema,
		chain,
		links,
		format,
		allowlist,
		chainText,
		claims,
		evidenceText,
		failures,
		findings,
		history,
		marks,
		names,
		paneltext,
		panel,
		trustroots,
	] = await Promise.all([
		load<typeof import('../../lib/inspect/inspect.ts')>('lib/inspect/inspect.ts'),
		load<typeof import('../../lib/inspect/complete.ts')>('lib/inspect/complete.ts'),
		load<typeof import('../../lib/inspect/trace-line.ts')>('lib/inspect/trace-line.ts'),
		load<typeof import('../../lib/inspect/quick-check.ts')>('lib/inspect/quick-check.ts'),
		load<typeof import('../../lib/registry/client.ts')>('lib/registry/client.ts'),
		load<typeof import('../../lib/registry/cache.ts')>('lib/registry/cache.ts'),
		load<typeof import('../../lib/storage/evidence.ts')>('lib/storage/evidence.ts'),
		load<typeof import('../../lib/policy/schema.ts')>('lib/policy/schema.ts'),
		load<typeof import('../../lib/report/chain.ts')>('lib/report/chain.ts'),
		load<typeof import('../../lib/text/links.ts')>('lib/text/links.ts'),
		load<typeof import('../../lib/text/format.ts')>('lib/text/format.ts'),
		load<typeof import('../../lib/text/en/allowlist.ts')>('lib/text/en/allowlist.ts'),
		load<typeof import('../../lib/text/en/chain.ts')>('lib/text/en/chain.ts'),
		load<typeof import('../../lib/text/en/claims.ts')>('lib/text/en/claims.ts'),
		load<typeof import('../../lib/text/en/evidence.ts')>('lib/text/en/evidence.ts'),
		load<typeof import('../../lib/text/en/failures.ts')>('lib/text/en/failures.ts'),
		load<typeof import('../../lib/text/en/findings.ts')>('lib/text/en/findings.ts'),
		load<typeof import('../../lib/text/en/history.ts')>('lib/text/en/history.ts'),
		load<typeof import('../../lib/text/en/marks.ts')>('lib/text/en/marks.ts'),
		load<typeof import('../../lib/text/en/names.ts')>('lib/text/en/names.ts'),
		load<typeof import('../../lib/text/en/panel-text.ts')>('lib/text/en/panel-text.ts'),
		load<typeof import('../../lib/text/en/panel.ts')>('lib/text/en/panel.ts'),
		load<typeof import('../../lib/text/en/trust-roots.ts')>('lib/text/en/trust-roots.ts'),
	]);
	return {
		...inspect,
		...complete,
		...traceline,
		...quickcheck,
		...client,
		...cache,
		...evidence,
		...schema,
		...chain,
		...links,
		...format,
		...allowlist,
		...chainText,
		...claims,
		...evidenceText,
		...failures,
		...findings,
		...history,
		...marks,
		...names,
		...paneltext,
		...panel,
		...trustroots,
	};
}

/** Walks one world: panel, report page, line and mark, as the extension would; where it was kept, once more without network. */
export async function walk(product: Product, world: World, { trust }: Pool): Promise<Answered> {
	const log: Log = { asked: [], isGone: false };
	const real = globalThis.fetch;
	globalThis.fetch = fetchFrom(world, log);
	try {
		const now = () => world.now.getTime();
		const registry = timed(product.createRegistry());
		const kept = world.isKept
			? timed(product.withCache(registry, product.memoryStore(), now, { freshFor: 0 }))
			: registry;
		const policy = policyOf(world);
		const parsed = policy && product.parsePolicy(policy);
		if (parsed && !parsed.ok) throw new Error(`policy of a world: ${parsed.failure.detail}`);
		const seen = seenOf(world);
		const context = {
			registry: kept,
			trust,
			...(parsed && { policies: [{ policy: parsed.value, setBy: 'you' as const }] }),
			...(world.policy === 'unread' && { isAllowlistUnread: true }),
			...(world.seen !== 'nothing' && {
				sightings: {
					change: async (_release: string, how: (stored: unknown) => unknown) => {
						how(seen);
					},
				},
			}),
			now: () => world.now,
		};
		const { name, selector, kind } = world;
		const spec = { name, selector, kind };
		const once = async () => {
			const first = await product.inspect(spec, context);
			return { first, completed: await product.compare(first, context) };
		};
		if (world.isKept) {
			await once();
			log.isGone = true;
			log.asked = [];
		}
		const { first, completed } = await once();
		const panel = log.asked.splice(0);
		const { most } = world;
		const line = most === undefined ? undefined : await product.traceLine(spec, context, { most });
		// Of what could not be checked the panel asks no more than for malware.
		const isUnchecked = product.describePanel(first.report).look === 'unknown';
		const shown = isUnchecked ? await product.addAdvisories(first, context) : completed;
		log.asked = [];
		const mark = await markOf(product, spec, context);
		const looks = {
			first: product.describePanel(first.report).look,
			completed: product.describePanel(completed.report).look,
			shown: product.describePanel(shown.report).look,
		};
		const chains = { first: product.chainOf(first), completed: product.chainOf(completed) };
		const words = { ...wordsOf(product, first, 'first'), ...wordsOf(product, completed, 'completed') };
		Object.assign(words, lineWords(product, line, name), { mark: mark.sentence });
		return { first, completed, line, mark, chains, looks, words, asked: { panel, mark: log.asked } };
	} finally {
		globalThis.fetch = real;
	}
}

type Context = Parameters<Product['inspect']>[1] & { registry: ReturnType<Product['createRegistry']> };

/** The same registry, whose requests time out at once where the world says so. */
function timed<R extends object>(registry: R): R {
	return new Proxy(registry, {
		get(target, key) {
			const method = Reflect.get(target, key) as unknown;
			if (typeof method !== 'function') return method;
			if (key === 'until') return (signal: AbortSignal) => timed(method.call(target, signal));
			return async (...given: unknown[]) => {
				const result = await method.apply(target, given);
				const isTimedOut = result?.ok === false && result.failure.detail === TIMED_OUT;
				return isTimedOut ? { ok: false, failure: { code: 'registry-timeout' } } : result;
			};
		},
	});
}

/** A mark in a list, as the background makes it. */
async function markOf(
	product: Product,
	spec: { name: string; selector: string; kind: World['kind'] },
	context: Context,
) {
	const lists = product.listsOf(context.registry, (make) => make);
	const { report, ...facts } = await product.checkQuickly(await product.inspect(spec, context), context, lists);
	return product.describeMark(report, facts);
}

/** What was seen before of the release, in the form in which it is kept. */
function seenOf({ seen, name, version }: World): object | undefined {
	const [first, last] = ['2026-01-01T00:00:00.000Z', '2026-01-02T00:00:00.000Z'];
	const integrity = `sha512-${'A'.repeat(86)}==`;
	const signer = {
		repository: 'https://github.com/stamp-test/elsewhere',
		workflow: '.github/workflows/a.yml',
		signer: 'https://github.com/stamp-test/elsewhere/.github/workflows/a.yml@refs/heads/main',
	};
	if (seen === 'nothing' || seen === 'never') return undefined;
	return {
		release: `${name}@${version}`,
		files: seen === 'another-file' ? [{ value: integrity, first, last }] : [],
		signers: seen === 'another-signer' ? [{ value: signer, first, last }] : [],
		last,
	};
}

/** All that panel, report page and command line print of a Report. */
function wordsOf(product: Product, inspection: Inspection, when: string): { [place: string]: string } {
	const { report } = inspection;
	const panel = product.describePanel(report);
	const checks = product.describeChecks(inspection);
	const chain = product.describeChain(product.chainOf(inspection));
	const words: Record<string, string | undefined> = {
		panel: product.panelLines(panel).join(' '),
		title: product.describeTitle(panel.look, `${report.release.name} ${report.release.version}`),
		chain: [
			chain.summary,
			...chain.beside,
			...chain.nodes.flatMap(({ name, gloss, facts }) => [name, gloss, ...facts]),
			...chain.links.flatMap(({ subject, phrase, word, reason = '' }) => [subject, phrase, word, reason]),
		].join(' '),
		comparison: product.describeComparison(report),
		allowlist: product.describeAllowlist(report),
		age: product.describeAge(report),
		checks: [...checks.made, ...checks.notMade].join(' '),
		'trust root': product.describeTrustRoot(report.trustRoot, report.checkedAt),
		level: report.identity && product.describeBuildLevel(report.identity, inspection.evidence.provenance?.statement),
		recipes: product
			.describeRecipes(inspection)
			.map(({ title, lines, note }) => [title, ...lines, note].join(' '))
			.join(' '),
		links:
			report.identity &&
			product
				.linksOf(report.identity, inspection.evidence.provenance?.logEntries ?? [])
				.map(({ text, href }) => `${text} ${href}`)
				.join(' '),
		claims: report.claims.map(product.describeClaim).join(' '),
		findings: report.findings
			.map((finding) => `${product.describeFinding(finding)} ${product.readable(finding.detail ?? '')}`)
			.join(' '),
	};
	return Object.fromEntries(
		Object.entries(words).flatMap(([place, text]) => (text === undefined ? [] : [[`${when} ${place}`, text]])),
	);
}

/** All that is printed of a line. */
function lineWords(product: Product, line: Result<Line> | undefined, name: string): { [place: string]: string } {
	if (!line) return {};
	if (!line.ok) return { line: product.describeFailure(line.failure) };
	const { releases } = line.value;
	return {
		line: [product.describeLine(line.value, name), product.describeChecked(line.value)].join(' '),
		'line releases': releases
			.map((release) =>
				[product.describeSaid(release), product.describeProved(release), ...product.describeKind(release)].join(' '),
			)
			.join(' '),
	};
}
