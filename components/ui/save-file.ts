/** Owns how a page lets its reader save something as a file: through the browser's own download, without a permission. */

/** Long enough for any browser to have begun reading. */
const KEPT_MS = 60_000;

/** Has the browser save a file of this name. @param content a text of JSON, or a file of any kind. */
export function saveFile(fileName: string, content: string | Blob): void {
	const link = document.createElement('a');
	link.href = URL.createObjectURL(
		content instanceof Blob ? content : new Blob([content], { type: 'application/json' }),
	);
	link.download = fileName;
	link.click();
	setTimeout(() => URL.revokeObjectURL(link.href), KEPT_MS);
}
