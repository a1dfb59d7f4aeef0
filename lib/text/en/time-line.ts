/** Owns the words of a release's time line. */
import { type Moment, momentsOf } from '../../look/time-line.ts';
import type { Inspection } from '../../report/evidence.ts';
import { readable } from '../format.ts';
import { quoteText } from '../untrusted.ts';
import { SAID_BY } from './names.ts';

/** What is said around the time line. */
export const TIME_LINE = {
	heading: 'When it was made',
	caption: 'In the order in which it should have happened',
	nothing: 'No time of this release could be read.',
} as const;

const NAMES: Record<Moment['what'], string> = {
	certificate: 'Certificate issued',
	logged: 'Entered in the public log',
	signed: 'Signed, by a time stamp',
	approved: 'Staged, then let out by a person',
	received: 'Received by npm (publish attestation)',
	published: 'Published',
};

/** A moment in words: what happened, when or by whom, and who says so. */
export interface MomentText {
	name: string;
	value: string;
	saidBy: string;
}

/** What is known of when it was made, in the order in which it should have happened. */
export function describeTimeLine(inspection: Inspection): MomentText[] {
	return momentsOf(inspection).map(({ what, at, who, saidBy }) => ({
		name: NAMES[what],
		value: [who === undefined ? [] : `by ${quoteText(who)}`, at === undefined ? 'no time is given' : timeText(at)]
			.flat()
			.join(', '),
		saidBy: SAID_BY[saidBy],
	}));
}

/** `2026-05-11 19:20:03 UTC`. */
function timeText(iso: string): string {
	const [, date, time] = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)/.exec(iso) ?? [];
	return date === undefined ? readable(iso) : `${date} ${time} UTC`;
}
