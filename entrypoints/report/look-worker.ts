/** Owns the worker of the report page's looks: whom they ask, and what is kept of the answers as long as the page is open. */
import { createGitHub } from '../../lib/external/github.ts';
import { createRekor } from '../../lib/external/rekor.ts';
import { compare } from '../../lib/inspect/complete.ts';
import { type InspectContext, inspect } from '../../lib/inspect/inspect.ts';
import { lookBeside } from '../../lib/look/look.ts';
import { REGISTRY, SIGSTORE_TUF } from '../../lib/npm/hosts.ts';
import type { ReleaseSpec } from '../../lib/npm/spec.ts';
import { createRegistry } from '../../lib/registry/client.ts';
import { withPermission } from '../../lib/registry/permission.ts';
import type { LookAnswer } from '../../lib/report/with-looks.ts';
import { customTrustRootFor } from '../../lib/sigstore/custom-trust-roots.ts';
import { rememberTrustRoots } from '../../lib/sigstore/trust-root-file.ts';
import { createTrustRoots } from '../../lib/sigstore/tuf.ts';
import { trustRootStore } from '../../lib/storage/trust-root.ts';
import type { FromLookWorker, LookQuestion, ToLookWorker } from './look-messages.ts';

// One for all looks, so that nothing is asked twice and the requests that are left are known.
const github = createGitHub();
const rekor = createRekor();
const files = rememberTrustRoots();
const roots = createTrustRoots({
	store: trustRootStore(),
	base: SIGSTORE_TUF,
	registryHost: new URL(REGISTRY).host,
});
let stopping: AbortController | undefined;

function makeLooks({ names, inspection, settings, allowed }: LookQuestion, signal: AbortSignal): Promise<LookAnswer> {
	const { policies, isAllowlistUnread, trustRoots: owned } = settings;
	const now = () => new Date();
	const registry = withPermission(createRegistry(), async () => allowed.includes(REGISTRY)).until(signal);
	const trustFor = ({ name }: Pick<ReleaseSpec, 'name'>) => {
		const own = customTrustRootFor(name, owned);
		return own ? files.rootOf(own) : roots.current();
	};
	const { release } = inspection.report;
	return lookBeside(names, inspection, {
		...{ github, rekor, registry, signal, now },
		trust: trustFor(release),
		reportOn: async (spec) => {
			// Nothing is noted of it: the reader looks at another release.
			const context: InspectContext = { registry, policies, isAllowlistUnread, now, signal, trust: trustFor(spec) };
			return (await compare(await inspect(spec, context), context)).report;
		},
		isAllowed: async (origin) => allowed.includes(origin),
	});
}

addEventListener('message', async ({ data }: MessageEvent<ToLookWorker>) => {
	stopping?.abort();
	stopping = undefined;
	if (data.is === 'stop') return;
	const mine = new AbortController();
	stopping = mine;
	const tell = (message: FromLookWorker) => postMessage(message);
	try {
		const { question } = data;
		tell({ id: question.id, answer: await makeLooks(question, mine.signal) });
	} catch (error) {
		if (mine.signal.aborted) return;
		// A fault of ours: the page hears of it as an error of the worker.
		setTimeout(() => {
			throw error;
		});
	}
});
