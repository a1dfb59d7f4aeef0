/** Owns the look at what runs when a release is installed: each script as it is written, since when, and the files that it starts. Pure. */
import { INSTALL_SCRIPTS, type PublishedRelease } from '../npm/published-release.ts';
import { type Finding, MAX_TEXT, makeFinding } from '../report/findings.ts';
import { findStarted } from './started-files.ts';

/**
 * What npm runs on install, by the registry's copy of package.json: `runs-on-install` for each script, or `runs-nothing-on-install`.
 * `prepare` is none of them: npm runs it for packages from git only.
 * @param earlier the releases that count for it, by time, the oldest first. It goes back along them while the script reads the same.
 */
export function findScripts(here: PublishedRelease, earlier: readonly PublishedRelease[]): Finding[] {
	const scripts = INSTALL_SCRIPTS.flatMap((name) => {
		const command = here.installScripts[name];
		if (command === undefined) return [];
		let since = here;
		for (let at = earlier.length - 1; earlier[at]?.installScripts[name] === command; at -= 1)
			since = earlier[at] ?? since;
		const starts = findStarted(command);
		return [
			makeFinding('runs-on-install', {
				name,
				command,
				...(command.length > MAX_TEXT && { length: command.length }),
				since: since.version,
				at: since.publishedAt,
				...(starts.length > 0 && { starts }),
				...(name === 'install' && here.isGypPackage && { isImplied: true }),
			}),
		];
	});
	return scripts.length > 0 ? scripts : [makeFinding('runs-nothing-on-install')];
}
