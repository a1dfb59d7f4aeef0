/** Owns the end of the browsers that go on from file to file: vitest ends its workers without a word to them. */
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const LIST = 'STAMP_OF_ORIGIN_BROWSERS';

/** Before the first worker: where they write the process ids of their browsers; profiles stand beside. @returns what ends them. */
export default function setUp(): () => Promise<void> {
	// Two projects have it, and one folder is enough.
	if (process.env[LIST] !== undefined) return async () => undefined;
	// Short: a socket of Chromium's in it may have a path of 107 characters.
	const folder = mkdtempSync(join(tmpdir(), 'soo-'));
	const list = join(folder, 'pids');
	writeFileSync(list, '');
	// Workers inherit both.
	const { TMPDIR } = process.env;
	Object.assign(process.env, { [LIST]: list, TMPDIR: folder });
	return async () => {
		for (const pid of readFileSync(list, 'utf8').split('\n').filter(Boolean)) {
			try {
				// With all that it started.
				process.kill(-Number(pid), 'SIGKILL');
			} catch {
				// It has gone.
			}
		}
		delete process.env[LIST];
		if (TMPDIR === undefined) delete process.env.TMPDIR;
		else process.env.TMPDIR = TMPDIR;
		// What a browser was about to write comes after its end.
		for (let tries = 0; tries < 10 && existsSync(folder); tries += 1) {
			rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
			await new Promise((resolve) => setTimeout(resolve, 200));
		}
	};
}

/** Has a browser end with the whole run, if its worker does not end it. @param pid of its first process. */
export function endWithRun(pid: number | undefined): void {
	const list = process.env[LIST];
	if (list !== undefined && pid !== undefined) appendFileSync(list, `${pid}\n`);
}
