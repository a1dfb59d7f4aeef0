/** Owns the look at the times of one release: certificate, log, approval, publication, each with who says it. Pure. */

import type { ProofId } from '../report/claim-ids.ts';
import type { Inspection } from '../report/evidence.ts';
import { type Finding, makeFinding, type SaidBy } from '../report/findings.ts';

/** One moment of a release. */
export interface Moment {
	what: 'certificate' | 'logged' | 'signed' | 'received' | 'approved' | 'published';
	/** ISO time; absent where nobody says when. */
	at?: string;
	/** Who did it, where that is said: text from outside. */
	who?: string;
	saidBy: SaidBy;
}

/** Clocks of several services may differ by so much. */
const CLOCKS_MS = 5 * 60 * 1000;
const DAY_MS = 24 * 3600 * 1000;
const LONG_DAYS = 7;

/**
 * What is known of when a release was made, in the order in which it should have happened. Only what was proved is said by the
 * signature. When something was staged nobody says.
 */
export function momentsOf(inspection: Inspection): Moment[] {
	const { report, evidence } = inspection;
	const { provenance, publish, publisher } = evidence;
	const moments: Moment[] = [];
	if (provenance && isProved(inspection, 'signed-by-build')) {
		const { signer, signedAt, logEntries } = provenance;
		if ('certificate' in signer)
			moments.push({ what: 'certificate', at: signer.certificate.notBefore, saidBy: 'signature' });
		const logged = logEntries.find(({ integratedAt }) => integratedAt !== undefined)?.integratedAt;
		moments.push({ what: logged === undefined ? 'signed' : 'logged', at: logged ?? signedAt, saidBy: 'signature' });
	}
	if (publisher?.approver !== undefined)
		moments.push({ what: 'approved', who: publisher.approver, saidBy: 'registry' });
	if (publish && isProved(inspection, 'registry-received'))
		moments.push({ what: 'received', at: publish.signedAt, saidBy: 'signature' });
	if (report.release.publishedAt !== undefined)
		moments.push({ what: 'published', at: report.release.publishedAt, saidBy: 'registry' });
	return moments;
}

/**
 * `times-out-of-order`, where a release is said to be published before the log took its record in, and `published-long-after-signing`
 * from a week on. Nothing where the registry's times contradict each other, which is a finding of its own.
 * @param inspection a Report with its time of publication, and its evidence.
 */
export function findInTimes(inspection: Inspection): Finding[] {
	const { report, evidence } = inspection;
	if (!evidence.provenance || !isProved(inspection, 'logged')) return [];
	if (report.findings.some(isOfTime)) return [];
	const moments = momentsOf(inspection);
	const logged = moments.find(({ what }) => what === 'logged' || what === 'signed')?.at;
	const published = moments
		.filter(({ what }) => what === 'received' || what === 'published')
		.flatMap(({ at }) => at ?? []);
	const [first] = published;
	if (logged === undefined || first === undefined) return [];
	const from = Date.parse(logged);
	const early = published.find((at) => Date.parse(at) < from - CLOCKS_MS);
	if (early !== undefined) return [makeFinding('times-out-of-order', { published: early, logged })];
	const days = Math.floor((Date.parse(first) - from) / DAY_MS);
	if (days < LONG_DAYS) return [];
	const isStaged = evidence.publisher?.approver !== undefined;
	return [makeFinding('published-long-after-signing', { signed: logged, published: first, days, isStaged })];
}

function isOfTime(finding: Finding): boolean {
	return finding.code === 'registry-contradicts-itself' && finding.data.field === 'time';
}

function isProved({ report }: Inspection, id: ProofId): boolean {
	return report.claims.some((claim) => claim.id === id && claim.standing === 'proved');
}
