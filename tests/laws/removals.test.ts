/** Law: the checks that are listed by hand for removal (tests/mutation/removals-by-hand.ts) are in the source as they are listed. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { BY_HAND } from '../mutation/removals-by-hand.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

test.each(BY_HAND.map((removal) => [removal.file, removal.check, removal] as const))(
	'%s: %s',
	(file, _check, removal) => {
		expect(readFileSync(join(root, file), 'utf8').split(removal.find)).toHaveLength(2);
	},
);
