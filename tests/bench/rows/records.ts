/** Owns the real records that rows are measured with. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../sides.ts';

/** The release whose first verdict is measured; its attestations are recorded. */
export const RELEASE = { name: 'sigstore', version: '2.3.1' } as const;

/** Every recorded provenance bundle. @throws where `../shared/data` is absent. */
export function recordedBundles(): unknown[] {
	const folder = join(root, '../shared/data/attestations');
	if (!existsSync(folder)) throw new Error('it needs the real records in ../shared/data, and they are absent');
	return readdirSync(folder).map((file) => {
		const { attestations } = JSON.parse(readFileSync(join(folder, file), 'utf8'));
		return attestations.find(({ predicateType }: { predicateType: string }) =>
			predicateType.startsWith('https://slsa.dev/'),
		).bundle;
	});
}
