/** Owns how a page tells files that are dragged over it from text. */

/** Whether files are dragged. Text that is dropped goes where it falls; of a file the browser would leave the page. */
export function hasFiles({ dataTransfer }: DragEvent): boolean {
	return dataTransfer?.types.includes('Files') === true;
}
