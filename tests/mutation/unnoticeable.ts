/** Owns the guards whose removal no test can notice, each with the reason: what is left then does the same. */

/** Name of the removal, as the run prints it -> why. */
export const UNNOTICEABLE: Readonly<Record<string, string>> = {};
