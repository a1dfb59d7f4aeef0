/** Owns how long a database is waited for; one that is known to be silent is not waited for at all. */

/** How calls of one database are passed on: each rejects as the call itself does, or with a `TimeoutError`. */
export type Patience = <T>(call: () => Promise<T>) => Promise<T>;

/**
 * Patience with one database. A call that is not answered in time is given up. No further call is made until it, or another one, is
 * answered. A call that was given up is not cancelled: the database may still do it (docs/decisions/0097-silent-databases.md).
 * @param milliseconds of waiting for a call.
 */
export function patienceOf(milliseconds: number): Patience {
	let isSilent = false;
	return (call) =>
		new Promise((resolve, reject) => {
			const giveUp = () => {
				isSilent = true;
				reject(new DOMException('the database does not answer', 'TimeoutError'));
			};
			if (isSilent) {
				giveUp();
				return;
			}
			const timer = setTimeout(giveUp, milliseconds);
			const hear = () => {
				isSilent = false;
				clearTimeout(timer);
			};
			call().finally(hear).then(resolve, reject);
		});
}
