/** Owns the script that writes the table of docs/judgement.md: attacks alarmed, and honest releases accused. Usage: npm run judgement */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Judged, judgementTable } from '../tests/fixtures/judgement.ts';
import { replay, replaysIn } from '../tests/fixtures/replays.ts';

const BEGIN = '<!-- written by `npm run judgement` -->';
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
const file = fileURLToPath(new URL('../docs/judgement.md', import.meta.url));
const document = readFileSync(file, 'utf8');
const [from, to] = [document.indexOf(BEGIN), document.indexOf(END)];
if (from === -1 || to === -1) throw new Error('docs/judgement.md has no place for the table');
const table = judgementTable(judged);
writeFileSync(file, `${document.slice(0, from)}${BEGIN}\n${table}\n${document.slice(to)}`);
console.log(table);
