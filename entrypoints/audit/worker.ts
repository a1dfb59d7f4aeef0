/** Owns a worker of the audit page: it does one task, or audits packages as long as it is given some. */
import type { FromWorker, Task, Tasks, ToWorker } from './protocol.ts';
import { createWorkerAudit } from './worker-audit.ts';
import { TASKS } from './worker-tasks.ts';

const tell = (message: FromWorker) => postMessage(message);
const audit = createWorkerAudit(tell);

/** What the task is about, as it came. */
const list: unknown[] = [];

async function run<T extends Task>(task: T, asked: Tasks[T]['asked']): Promise<void> {
	const done = await TASKS[task](asked, list, (part) => tell({ is: 'part', part }));
	tell({ is: 'done', done });
}

addEventListener('message', ({ data }: MessageEvent<ToWorker>) => {
	if (data.is === 'list') {
		list.push(...data.some);
		return;
	}
	// What is thrown here is a fault of ours: the page hears of it as an error of the worker.
	const work = data.is === 'task' ? run(data.task, data.asked) : audit(data);
	work.catch((error: unknown) => {
		setTimeout(() => {
			throw error;
		});
	});
});
