/** Owns the build with the door: made with the extension by `npm test`, or here, where there is none or an older one. */
import { statSync } from 'node:fs';
import { BROWSERS, buildExtension } from '../../scripts/build.ts';
import { type BrowserName, builtExtension } from './browser.ts';

/** Folder of the extension for a browser, the door in it; never older than the shipped one. */
export async function extensionWithDoor(name: BrowserName): Promise<string> {
	const folder = `${builtExtension(name)}-door`;
	const madeAt = (of: string) => statSync(`${of}/manifest.json`, { throwIfNoEntry: false })?.mtimeMs ?? 0;
	if (madeAt(folder) <= madeAt(builtExtension(name))) {
		const target = name === 'chromium' ? 'chrome' : 'firefox';
		await buildExtension(
			BROWSERS.filter((one) => one === target),
			{ hasDoor: true, isSilent: true },
		);
	}
	return folder;
}
