/** Owns the looks that a reader asks for on the report page: whom they may ask, and what is kept of the answers while the background runs. */
import { browser } from 'wxt/browser';
import type { Progress } from '../../lib/browser/messaging/messages.ts';
import { createGitHub } from '../../lib/external/github.ts';
import { createRekor } from '../../lib/external/rekor.ts';
import { compare } from '../../lib/inspect/complete.ts';
import { type InspectContext, inspect } from '../../lib/inspect/inspect.ts';
import { lookBeside } from '../../lib/look/look.ts';
import type { ReleaseSpec } from '../../lib/npm/spec.ts';
import type { Registry } from '../../lib/registry/registry.ts';
import type { LookName } from '../../lib/report/looks.ts';
import type { LookAnswer } from '../../lib/report/with-looks.ts';

/** Makes looks at a release. */
type MakeLooks = (
	spec: ReleaseSpec,
	looks: readonly LookName[],
	context: InspectContext,
	watcher: { onprogress: (progress: Progress) => void; signal: AbortSignal },
) => Promise<LookAnswer>;

/** @param registry from which packages' files come. */
export function createLooking({ fetchTarball }: Pick<Registry, 'fetchTarball'>): MakeLooks {
	// One for all, so that nothing is asked twice and the requests that are left are known.
	const github = createGitHub();
	const rekor = createRekor();
	return async (spec, looks, context, { onprogress, signal }) => {
		// Nothing is noted of it: the page has been answered before.
		const { sightings: _sightings, ...here } = context;
		const reportOn = async (one: ReleaseSpec) => compare(await inspect(one, here), here);
		let done = 0;
		return lookBeside(
			looks,
			await reportOn(spec),
			{
				...{ github, rekor, signal },
				registry: { fetchPackument: here.registry.fetchPackument, fetchTarball },
				trust: here.trust,
				reportOn: async (one) => (await reportOn(one)).report,
				isAllowed: (origin) => browser.permissions.contains({ origins: [`${origin}/*`] }),
				now: here.now,
			},
			{ onlook: () => onprogress({ done: done++, total: looks.length }) },
		);
	};
}
