/** Owns the seven verdicts. */

/** Every verdict, the worst first. docs/contract.md says what each means, lib/text/en/verdicts.ts has its sentences. */
export const VERDICTS = ['mismatch', 'not-allowed', 'lost', 'changed', 'unknown', 'none', 'confirmed'] as const;

export type Verdict = (typeof VERDICTS)[number];
