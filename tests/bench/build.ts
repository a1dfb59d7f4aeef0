/**
 * Owns the building of one side's extension by its own tools: `build.ts TREE FILE`, where FILE has the browser and the options as
 * JSON. Writes the folder.
 */
import { readFileSync } from 'node:fs';
import { toolIn } from './sides.ts';

const [tree = '', file = ''] = process.argv.slice(2);
const [browser, options] = JSON.parse(readFileSync(file, 'utf8'));
const { buildExtension }: typeof import('../../scripts/build.ts') = await import(toolIn(tree, 'build.ts'));
const [folder] = await buildExtension([browser], options);
console.log(folder);
