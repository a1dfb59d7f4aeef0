/**
 * Owns the building of one side's extension by its own tools: `build.ts TREE FILE`, where FILE has the browser and the options as
 * JSON. Writes the folder.
 */
import { existsSync, readFileSync } from 'node:fs';

const [tree = '', file = ''] = process.argv.slice(2);
const [browser, options] = JSON.parse(readFileSync(file, 'utf8'));
// Commits before 28 November 2026 have it among their tests.
const builder = ['scripts/build.ts', 'tests/tools/build.ts'].map((path) => `${tree}/${path}`).find(existsSync);
const { buildExtension }: typeof import('../../scripts/build.ts') = await import(String(builder));
const [folder] = await buildExtension([browser], options);
console.log(folder);
