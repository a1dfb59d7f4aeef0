/** Owns how lib/sigstore/seed.json is made: `npm run seed` writes what @sigstore/tuf ships, readable. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

interface Seed {
	'root.json': string;
	targets: Record<string, string>;
}

/** What seed.json must hold: the decoded root, trusted root and npm keys of the installed @sigstore/tuf. */
export function seedFromPackage(): { root: unknown; trustedRoot: unknown; npmKeys: unknown } {
	const file = new URL('../node_modules/@sigstore/tuf/seeds.json', import.meta.url);
	const seeds = JSON.parse(readFileSync(file, 'utf8')) as Record<string, Seed>;
	const seed = Object.values(seeds)[0];
	if (!seed) throw new Error('no seed in @sigstore/tuf');
	const decode = (text: string | undefined) => JSON.parse(Buffer.from(text ?? '', 'base64').toString('utf8'));
	const keys = Object.entries(seed.targets).find(([name]) => name.endsWith('keys.json'))?.[1];
	return {
		root: decode(seed['root.json']),
		trustedRoot: decode(seed.targets['trusted_root.json']),
		npmKeys: decode(keys),
	};
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	const [takenAt] = process.argv.slice(2);
	if (!takenAt || Number.isNaN(Date.parse(takenAt))) {
		console.error('usage: npm run seed -- DATE   (the day on which that @sigstore/tuf was released)');
		process.exit(2);
	}
	const target = fileURLToPath(new URL('../lib/sigstore/seed.json', import.meta.url));
	writeFileSync(target, `${JSON.stringify({ takenAt, ...seedFromPackage() }, null, '\t')}\n`);
	console.log(`wrote ${target}`);
}
