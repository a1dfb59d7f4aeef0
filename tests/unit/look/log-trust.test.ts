/** Tests that a trust root which cannot be read says nothing against the log. */
import { expect, test } from 'vitest';
import { inspect } from '../../../lib/inspect/inspect.ts';
import { lookAtLog } from '../../../lib/look/log.ts';
import type { LookWorld } from '../../../lib/look/world.ts';
import { createRegistry } from '../../../lib/registry/client.ts';
import { success } from '../../../lib/report/result.ts';
import { unreadableTrustRoot } from '../../../lib/sigstore/trust-root.ts';
import { provenanceOf, trustIn } from '../../fixtures/minted.ts';
import { loggedEntry, logHead } from '../../fixtures/outside.ts';
import { type LogEntry, startAuthority } from '../../support/authority.ts';
import { mintRelease } from '../../support/mint.ts';

test.each([false, true])('the same log entry, the trust root lost since the report: %s', async (isLost) => {
	const authority = await startAuthority();
	const release = await mintRelease(authority);
	const trust = await trustIn(authority);
	const answers = [release.manifest, release.attestations];
	const ask = (url: string) =>
		Promise.resolve(new Response(JSON.stringify(answers[url.includes('/attestations/') ? 1 : 0])));
	const now = () => new Date('2026-06-01T00:00:00Z');
	const spec = { name: release.name, selector: release.version, kind: 'version' } as const;
	const inspection = await inspect(spec, { registry: createRegistry(undefined, { ask }), trust, now });
	const [entry] = provenanceOf(release).verificationMaterial.tlogEntries as [LogEntry];
	const [logged] = Object.values(loggedEntry(entry, entry.inclusionProof));
	const rekor = {
		isOf: () => true,
		addressOf: () => 'https://rekor.test/',
		fetchEntry: async () => success(logged),
		fetchHeads: async () => success([logHead(entry.inclusionProof)]),
	};
	const lost = unreadableTrustRoot(trust.info, { code: 'wrong-shape' });
	const world = { rekor, trust: isLost ? lost : trust, now } as unknown as LookWorld;
	const { findings, failure } = await lookAtLog(inspection, world);
	expect(findings.map(({ code }) => code)).toEqual(isLost ? [] : ['log-entry-found']);
	expect(failure?.code).toBe(isLost ? 'trust-root-unreadable' : undefined);
});
