/** Owns the process that times the reading of a package's files beside gunzip and SHA-1 file by file, in turn, in the sources of one side. Reads a number of rounds a line, answers with JSON. */
import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { packTarball } from '../support/tarball.ts';

const [tree = ''] = process.argv.slice(2);
const load = async <T>(path: string) => (await import(pathToFileURL(join(tree, path)).href)) as T;
const { readPackage } = await load<typeof import('../../lib/look/package.ts')>('lib/look/package.ts');
const { folderOf, holdFiles } = await load<typeof import('../../lib/look/files.ts')>('lib/look/files.ts');

/** 1,000 files and 20 MB: text that packs as code does, a tenth of it chance. */
const FILES = Object.fromEntries(
	Array.from({ length: 1_000 }, (_, index) => {
		const line = `export const value${index} = ${index}; // some words of a comment\n`;
		const text = Buffer.concat([randomBytes(2_000), Buffer.from(line.repeat(400))]).subarray(0, 20_000);
		return [index === 0 ? 'package.json' : `dist/part-${index}.js`, text];
	}),
);
const packed = new Uint8Array(packTarball(FILES));
const blobOf = (text: Uint8Array) => createHash('sha1').update(`blob ${text.length}\0`).update(text).digest('hex');
const entries = Object.entries(FILES).map(([path, text]) => ({ path, type: 'blob', mode: '', sha: blobOf(text) }));
const source = { truncated: false, tree: entries };

/** The look at the files, without the network. */
async function ours(): Promise<void> {
	const read = await readPackage(packed);
	if (!read.ok) throw new Error(read.failure.detail);
	const held = holdFiles(read.value, source, folderOf(read.value, source), () => true);
	if (held.length !== 1_000 || held.some(({ group }) => group !== 'same')) throw new Error('not all the same');
}

/** Gunzip, then SHA-1 of each file, one after the other, through the same interfaces. Where files are is known beforehand. */
async function floor(): Promise<void> {
	const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'));
	const whole = new Uint8Array(await new Response(stream).arrayBuffer());
	let at = 0;
	for (const text of Object.values(FILES)) {
		await crypto.subtle.digest('SHA-1', whole.subarray(at + 512, at + 512 + text.length));
		at += 512 + text.length + (-text.length & 511);
	}
}

async function time(run: () => Promise<void>): Promise<number> {
	const start = performance.now();
	await run();
	return performance.now() - start;
}

for await (const line of createInterface({ input: process.stdin })) {
	const sums = { ours: 0, floor: 0 };
	const rounds = Number(line);
	for (let round = 0; round < rounds; round += 1) {
		sums.ours += await time(ours);
		sums.floor += await time(floor);
	}
	console.log(JSON.stringify({ ours: sums.ours / rounds, floor: sums.floor / rounds }));
}
