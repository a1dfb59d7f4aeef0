/** Owns what the report page and the worker of its looks say to each other. */
import type { SettingsInForce } from '../../lib/browser/in-force.ts';
import type { Inspection } from '../../lib/report/evidence.ts';
import type { LookName } from '../../lib/report/looks.ts';
import type { LookAnswer } from '../../lib/report/with-looks.ts';

/** Looks that a reader asks for. */
export interface LookQuestion {
	/** Given back with the answer: one that comes late is of an earlier question. */
	id: number;
	names: readonly LookName[];
	/** Completed. */
	inspection: Inspection;
	settings: Pick<SettingsInForce, 'policies' | 'isAllowlistUnread' | 'trustRoots'>;
	/** Origins that the reader allows to be asked: a worker cannot ask the browser itself. */
	allowed: readonly string[];
}

/** To the worker: looks to be made, one after the other, or that nobody waits for them any more. */
export type ToLookWorker = { is: 'look'; question: LookQuestion } | { is: 'stop' };

/** From the worker: what came of the looks. Nothing comes of those that were stopped. */
export interface FromLookWorker {
	id: number;
	answer: LookAnswer;
}
