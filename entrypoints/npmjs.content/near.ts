/** Owns which elements of a page are near the viewport, found by their places: ten thousand rows cost as little as ten. */

/** From one height of the viewport to another, in CSS pixels from its top. */
export interface Band {
	top: number;
	bottom: number;
}

/** So many children are looked at one by one; the place of the first of more is searched for by halves. */
const FEW = 64;
/** A screen shows fewer elements; a page with more of them in one place has no list there. */
const MAX_VISITED = 4000;

/** An element no higher than this, in CSS pixels, is visited as a whole: asking for the place of each of its descendants takes longer. */
const MAX_ROW = 300;

/**
 * Visits the rows in a band of the page, in the order of the document: elements that are not high, each with all that is in it. Of many
 * siblings, each is taken to be at the height of the one before it, or below.
 */
export function visitNear(root: Element, band: Band, visit: (row: Element) => void): void {
	let left = MAX_VISITED;
	const descend = ({ children }: Element): void => {
		const isMany = children.length > FEW;
		for (let at = isMany ? firstBelow(children, band.top) : 0; at < children.length && left > 0; at += 1) {
			const child = children[at] as Element;
			left -= 1;
			const place = child.getBoundingClientRect();
			if (isEmpty(place)) {
				// Its own children may still be somewhere, unless it is not laid out at all.
				if (child.getClientRects().length > 0) descend(child);
			} else if (place.top >= band.bottom) {
				if (isMany) return;
			} else if (place.bottom > band.top) {
				// A low box of many elements is a list that scrolls by itself.
				if (place.height > MAX_ROW || child.children.length > FEW) descend(child);
				else visit(child);
			}
		}
	};
	descend(root);
}

/** The first child that ends below a height, by halves; children that are not laid out are passed over. */
function firstBelow(children: HTMLCollection, top: number): number {
	let [low, high] = [0, children.length];
	while (low < high) {
		const middle = (low + high) >> 1;
		let at = middle;
		let place = placeAt(children, at);
		while (isEmpty(place) && at + 1 < high) {
			at += 1;
			place = placeAt(children, at);
		}
		if (!isEmpty(place) && place.bottom <= top) low = at + 1;
		else high = middle;
	}
	return low;
}

function placeAt(children: HTMLCollection, at: number): DOMRect {
	return (children[at] as Element).getBoundingClientRect();
}

function isEmpty({ width, height }: DOMRect): boolean {
	return width === 0 && height === 0;
}
