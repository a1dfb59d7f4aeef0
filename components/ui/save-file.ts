/** Owns how a page lets its reader save something as a file: through the browser's own download, without a permission. */

/** Long enough for any browser to have begun reading. */
const KEPT_MS = 60_000;

/** Has the browser save a text as a JSON file of this name. */
export function saveFile(fileName: string, text: string): void {
	const link = document.createElement('a');
	link.href = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
	link.download = fileName;
	link.click();
	setTimeout(() => URL.revokeObjectURL(link.href), KEPT_MS);
}
