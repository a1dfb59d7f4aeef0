/** Owns the setting with which each package manager lets one release pass although its trust evidence is weaker. Pure. */

import type { AlarmManager } from './alarm.ts';
import { isVersion } from './spec.ts';

/** What to write, and where. */
export interface TrustException {
	/** The file in the project's folder. */
	file: string;
	/** One after the other; where the setting is there already, only the last is added to it. */
	lines: string[];
	/** Whether it lets every version of the package pass, since the manager takes no single one. */
	isOfAllVersions: boolean;
}

/** Names that stand for themselves in each setting: a star or an exclamation mark would be a pattern, a quote would end the text. */
const PLAIN_NAME = /^(?:@[\w.~-]+\/)?[\w.~-]+$/;

/**
 * The exception for exactly one version, or for the package where the manager takes names only (deno).
 * @returns `undefined` for a name or version that would read as something else there.
 */
export function exceptionFor(
	manager: AlarmManager,
	{ name, version }: { name: string; version: string },
): TrustException | undefined {
	if (!PLAIN_NAME.test(name) || !isVersion(version)) return undefined;
	const release = `${name}@${version}`;
	const yaml = { lines: ['trustPolicyExclude:', `  - '${release}'`], isOfAllVersions: false };
	switch (manager) {
		case 'pnpm':
			return { file: 'pnpm-workspace.yaml', ...yaml };
		case 'aube':
			return { file: 'aube-workspace.yaml', ...yaml };
		case 'mise':
			return { file: 'mise.toml', lines: [`trust_policy_excludes = ["${release}"]`], isOfAllVersions: false };
		case 'deno':
			return { file: '.npmrc', lines: [`trust-policy-exclude[]=${name}`], isOfAllVersions: true };
	}
}
