/** Owns a run of the fuzzer: as many worlds as asked for, from a seed, and how a failing one is told and replayed alone. */
import fc from 'fast-check';
import { judge, type Violation } from './oracle.ts';
import { type Pool, startPool } from './pool.ts';
import { type Breadth, type Recipe, recipesOf } from './recipe.ts';
import { type Answered, type Product, walk } from './subject.ts';
import { type Timeline, timelineOf } from './timeline.ts';
import { makeWorld, type World } from './world.ts';

/** One package's records, and the worlds made of them. */
export interface Stage {
	timeline: Timeline;
	pool: Pool;
}

/** A world that failed, as small as it could be made. */
export interface Failing {
	violations: Violation[];
	recipe: Recipe;
	/** To be given to the test as `FUZZ`: breadth, seed, and fast-check's path to the world. */
	replay: string;
	/** How many worlds came before it. */
	worlds: number;
}

/** The stage of a seed: its timeline, with a private Sigstore of its own. */
export async function setStage(seed: number): Promise<Stage> {
	const timeline = timelineOf(seed);
	return { timeline, pool: await startPool(timeline) };
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

/** Walks so many worlds of a seed. @returns the first that failed, or nothing. */
export async function findFailing(
	product: Product,
	seed: number,
	{ timeline, pool }: Stage,
	{ worlds, breadth, path, isShrunk = true, rules = () => true, isWorth = () => true, onworld }: RunOptions,
): Promise<Failing | undefined> {
	const violationsOf = async (recipe: Recipe): Promise<Violation[]> => {
		const world = await makeWorld(recipe, pool, timeline);
		let answered: Answered;
		try {
			answered = await walk(product, world, pool);
		} catch (error) {
			return [{ rule: 'exception', detail: error instanceof Error ? (error.stack ?? error.message) : String(error) }];
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
		replay: `${breadth}:${seed}:${run.counterexamplePath}`,
		worlds: run.numRuns,
	};
}

/** A failing world in words: what is wrong, its recipe, and how to walk it alone. */
export function describeFailing({ violations, recipe, replay }: Failing): string {
	return [
		...violations.map(({ rule, detail }) => `${rule}: ${detail}`),
		`recipe: ${JSON.stringify(recipe)}`,
		`to walk this world alone: FUZZ=${replay} node tests/tools/run.mjs bin:vitest run --project unit tests/unit/fuzz.test.ts`,
	].join('\n');
}
