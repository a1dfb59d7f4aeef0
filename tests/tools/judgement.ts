/** Owns the script that writes the README's table of attacks alarmed and honest releases accused. Usage: node tests/tools/run.mjs judgement */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Judged, judgementTable } from '../fixtures/judgement.ts';
import { replay, replaysIn } from '../fixtures/replays.ts';

const BEGIN = '<!-- written by `node tests/tools/run.mjs judgement` -->';
const END = '<!-- end of what is written -->';

const judged: Judged[] = [];
for (const { name, dir, json } of replaysIn<Parameters<typeof replay>[1] & { kind: Judged['kind']; ask: string[] }>(
	'histories',
))
	for (const { report } of await replay(dir, json, json.ask))
		if (report) judged.push({ name, kind: json.kind, report });

if (judged.length === 0) {
	console.error('Nothing was written: ../shared/histories is absent.');
	process.exit(1);
}
const file = fileURLToPath(new URL('../../README.md', import.meta.url));
const readme = readFileSync(file, 'utf8');
const [from, to] = [readme.indexOf(BEGIN), readme.indexOf(END)];
if (from === -1 || to === -1) throw new Error('README.md has no place for the table');
const table = judgementTable(judged);
writeFileSync(file, `${readme.slice(0, from)}${BEGIN}\n${table}\n${readme.slice(to)}`);
console.log(table);
