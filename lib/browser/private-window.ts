/** Owns whether this page is in a private window. */
import { browser } from 'wxt/browser';

/** Whether this page or script is in a private window, where nothing is stored. */
export function isPrivateHere(): boolean {
	return browser.extension.inIncognitoContext === true;
}
