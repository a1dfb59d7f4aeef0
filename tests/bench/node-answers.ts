/**
 * Owns the reading of hostile answers in Node, with the sources of one side: `node-answers.ts TREE FILE`. For each line on standard
 * input, the number of an answer, it writes what came of it and how long it took.
 */
import { createInterface } from 'node:readline';

const [tree = ''] = process.argv.slice(2);
const { timeAnswer }: typeof import('../fixtures/hostile-answers.ts') = await import(
	`${tree}/tests/fixtures/hostile-answers.ts`
);
for await (const line of createInterface({ input: process.stdin }))
	console.log(JSON.stringify(await timeAnswer(Number(line))));
