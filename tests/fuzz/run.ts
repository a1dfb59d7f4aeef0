/** Owns a run of the fuzzer: as many worlds as asked for, from a seed, and how a failing one is told and replayed alone. */
import fc from 'fast-check';
import { judge, type Violation } from './oracle.ts';
import { type Pool, startPool } from './pool.ts';
import { type Breadth, type Recipe, recipesOf } from './recipe.ts';
import { recordedStage } from './recorded.ts';
import { type Answered, type Product, walk } from './subject.ts';
import { type Timeline, timelineOf } from './timeline.ts';
import { makeWorld, type World } from './world.ts';

/** One package's records, of which worlds are made. */
export interface Stage {
	/** Whose records they are: minted for a seed, or real ones. */
	records: 'minted' | 'recorded';
	seed: number;
	timeline: Timeline;
	pool: Pool;
}

/** A world that failed, as small as it could be made. */
export interface Failing {
	violations: Violation[];
	recipe: Recipe;
	/** To be given to the test as `FUZZ`: stage, breadth, seed, and fast-check's path to the world. */
	replay: string;
	/** How many worlds came before it. */
	worlds: number;
}

/** The stage of a seed: minted, its timeline with a private Sigstore of its own; recorded, that of real records. */
export async function setStage(seed: number, records: Stage['records'] = 'minted'): Promise<Stage> {
	if (records === 'recorded') return { records, seed, ...(await recordedStage()) };
	const timeline = timelineOf(seed);
	return { records, seed, timeline, pool: await startPool(timeline) };
}

/** What `Failing.replay` names. @returns nothing where the text is no such name. */
export function parseReplay(
	text: string,
): { records: Stage['records']; breadth: Breadth; seed: number; path: string } | undefined {
	const [, records, breadth, seed, path] = /^(minted|recorded):(narrow|wide):(-?\d+):([\d:]+)$/.exec(text) ?? [];
	if (seed === undefined || path === undefined) return undefined;
	return {
		records: records === 'recorded' ? records : 'minted',
		breadth: breadth === 'wide' ? breadth : 'narrow',
		seed: Number(seed),
		path,
	};
}

/** What a run may be narrowed to. */
export interface RunOptions {
	worlds: number;
	/** How many different records they are made of. */
	breadth: Breadth;
	/** fast-check's path to one world, to walk that alone. */
	path?: string;
	/** Whether a failing world is made smaller before it is told; a planted fault is found without. */
	isShrunk?: boolean;
	/** Rules that are looked at; all by default. */
	rules?: (rule: string) => boolean;
	/** The worlds that are walked; the others are passed over. All by default. */
	isWorth?: (recipe: Recipe) => boolean;
	/** Told of each world that was walked. */
	onworld?: (world: World, answered: Answered) => void;
}

/** Walks so many worlds of a stage. @returns the first that failed, or nothing. */
export async function findFailing(
	product: Product,
	{ records, seed, timeline, pool }: Stage,
	{ worlds, breadth, path, isShrunk = true, rules = () => true, isWorth = () => true, onworld }: RunOptions,
): Promise<Failing | undefined> {
	const violationsOf = async (recipe: Recipe): Promise<Violation[]> => {
		const world = await makeWorld(recipe, pool, timeline);
		let answered: Answered;
		try {
			answered = await walk(product, world, pool);
		} catch (error) {
			const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
			return rules('exception') ? [{ rule: 'exception', detail }] : [];
		}
		onworld?.(world, answered);
		return judge(world, answered, pool).filter(({ rule }) => rules(rule));
	};
	const run = await fc.check(
		fc.asyncProperty(recipesOf(breadth), async (recipe) => {
			if (!isWorth(recipe)) return;
			const [violation] = await violationsOf(recipe);
			if (violation) throw new Error(`${violation.rule}: ${violation.detail}`);
		}),
		{ seed, numRuns: worlds, ...(path !== undefined && { path }), ...(!isShrunk && { endOnFailure: true }) },
	);
	if (!run.failed) return undefined;
	const [recipe] = run.counterexample ?? [];
	if (!recipe) throw new Error('a world failed before it was made', { cause: run.errorInstance });
	return {
		recipe,
		violations: await violationsOf(recipe),
		replay: `${records}:${breadth}:${seed}:${run.counterexamplePath}`,
		worlds: run.numRuns,
	};
}

/** A failing world in words: what is wrong, its recipe, and how to walk it alone. */
export function describeFailing({ violations, recipe, replay }: Failing): string {
	return [
		...violations.map(({ rule, detail }) => `${rule}: ${detail}`),
		`recipe: ${JSON.stringify(recipe)}`,
		`to walk this world alone: FUZZ=${replay} npx vitest run --project unit tests/unit/fuzz/fuzz.test.ts`,
	].join('\n');
}
