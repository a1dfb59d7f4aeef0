/** Owns which hosts beside the registry each look asks: those that a reader allows before it. */
import type { LookName } from '../report/looks.ts';
import { GITHUB_API, GITHUB_RAW, REKOR } from './hosts.ts';

const BOTH = [GITHUB_API, GITHUB_RAW];

/** Look -> origins. */
export const LOOK_HOSTS: Readonly<Record<LookName, readonly string[]>> = {
	run: BOTH,
	source: BOTH,
	tag: [GITHUB_API],
	workflow: BOTH,
	log: [REKOR],
	dependencies: [],
	files: BOTH,
	scripts: [],
};
