/** Owns the files of a TUF repository: what was kept of them, and how they are asked for. */
import type { Failure, Result } from '../report/result.ts';

/** Why what was kept is not in use. */
export interface Unread {
	keptFailure: Failure;
	/** The store did not answer, so something may be kept. */
	isUnanswered?: true;
}

/** Path below the repository -> bytes as served. */
export type Files = ReadonlyMap<string, Uint8Array<ArrayBuffer>>;

export type GetFile = (path: string, most: number) => Promise<Result<Uint8Array<ArrayBuffer> | undefined>>;
