/** Owns the background of the baseline extension: a release's two answers fetched, both records verified, and who built it. */
import { REGISTRY } from '../../../lib/npm/hosts.ts';
import { embeddedTrustRoot } from '../../../lib/sigstore/trust-root.ts';
import type { ExpectedSigner } from '../../../lib/sigstore/verified.ts';
import { verifyBundle } from '../../../lib/sigstore/verify.ts';

interface Answer {
	attestations: { predicateType: string; bundle: unknown }[];
}

interface Question {
	name: string;
	version: string;
}

type Listener = (release: Question, sender: unknown, reply: (words: string) => void) => boolean;
const { runtime } = (
	globalThis as unknown as { chrome: { runtime: { onMessage: { addListener(listener: Listener): void } } } }
).chrome;

runtime.onMessage.addListener((release, _sender, reply) => {
	void readBuilder(release).then(reply);
	return true;
});

/** No check of ours, no comparison, no cache: what any extension must do that verifies at all. */
async function readBuilder({ name, version }: Question): Promise<string> {
	const ask = async (path: string) => (await fetch(`${REGISTRY}/${path}`)).json();
	const [manifest, { attestations }] = (await Promise.all([
		ask(`${name}/${version}`),
		ask(`-/npm/v1/attestations/${name}@${version}`),
	])) as [{ name: string }, Answer];
	const trust = await embeddedTrustRoot();
	const verified = await Promise.all(
		attestations.map(({ predicateType, bundle }) => verifyBundle(bundle, trust, signerOf(predicateType))),
	);
	const failure = verified.find(({ ok }) => !ok);
	return failure ? `not verified: ${JSON.stringify(failure)}` : `${manifest.name} was verified`;
}

function signerOf(predicateType: string): ExpectedSigner {
	return predicateType.startsWith('https://slsa.dev/') ? 'certificate' : { usage: 'npm:attestations' };
}
