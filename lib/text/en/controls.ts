/** Owns the words that are the same on all pages: our name, and what buttons and switches say. */

/** Our name, as a page's head shows it. */
export const PRODUCT = 'Stamp of Origin';

/** What buttons and switches say, whatever they are about. */
export const CONTROLS = {
	undo: 'Undo',
	cancel: 'Cancel',
	remove: 'Remove',
	leave: 'Leave it',
	copied: 'Copied.',
	notCopied: 'The browser did not allow it. Select the text and copy it yourself.',
	managed: 'Set by your organisation.',
} as const;
