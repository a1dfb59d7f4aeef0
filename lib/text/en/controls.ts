/** Owns the words that are the same on all pages: what buttons and switches say. */

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
