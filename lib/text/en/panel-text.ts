/** Owns the parts that every panel has, and the limits that each one repeats. */

import type { FindingOf } from '../../report/findings.ts';
import type { Identity } from '../../report/identity.ts';
import type { Claim, Report } from '../../report/report.ts';
import { day, fileName, shortRepository } from '../format.ts';
import { quoteText, quoteWord } from '../untrusted.ts';
import type { Look } from '../verdict-icons.ts';
import { buildService } from './names.ts';

/** A paragraph whose first words stand out. */
interface Paragraph {
	lead: string;
	rest: string;
}

/** The panel's words, part by part, at most 115 with head and buttons; a part that a look does not need is absent. */
export interface PanelText {
	look: Look;
	/** The one plain sentence beside the icon. */
	sentence: string;
	/** What is proved, and by whom. */
	proved?: Paragraph;
	/** What happened, ordinary reasons for it, and what to do. */
	advice?: string;
	/** What is not proved. Every panel has it. */
	limits: Paragraph;
	/** Ends the panel: a question that only the reader can answer. */
	question: string;
	/** What a button offers beside "Evidence". */
	action?: 'retry' | 'permit';
}

/** The limits behind a release that has a confirmed origin. */
export const LIMITS_OF_PROOF: Paragraph = {
	lead: 'Not proved:',
	rest: "that code, dependencies or workflow are harmless (a hijacked workflow leaves the same record), or that the file holds only that commit's code. Also not proved: who made the commit or tag, that a person approved the release, or that the registry keeps serving this file.",
};

/** The limits of a release of which nothing, or too little, is proved. */
export const LIMITS_WITHOUT_PROOF: Paragraph = {
	lead: 'Even a confirmed record would not prove',
	rest: 'that code, workflow or dependencies are harmless, who made the tag, that a person approved the release, or that the registry keeps serving this file.',
};

/** The limits of a release whose origin is confirmed but is not the one to expect. */
export const LIMITS_BESIDES: Paragraph = { lead: 'Not proved:', rest: LIMITS_WITHOUT_PROOF.rest };

/** The panel's words as they are read, one paragraph a line. */
export function panelLines({ sentence, proved, advice, limits, question }: PanelText): string[] {
	const led = (part: Paragraph | undefined) => part && `${part.lead} ${part.rest}`;
	return [sentence, led(proved), advice, led(limits), question].filter((part) => part !== undefined);
}

/** Who dismissed a warning, when, and why. */
export function describeMute({ code, data: { date, note } }: FindingOf<'muted' | 'muted-by-organisation'>): string {
	const who = code === 'muted' ? 'You' : 'Your organisation';
	return `${who} dismissed this warning on ${day(date)}${note === '' ? '.' : ` (${quoteText(note, undefined, MAX_NOTE_WORDS)}).`}`;
}

/** Words of a reader's own note that a panel has room for. */
const MAX_NOTE_WORDS = 8;

/** File, workflow, repository and the commit that the run was started on, in one plain sentence. */
export function originSentence(release: string, identity: Identity | undefined): string {
	if (!identity) return `The origin of ${release} is confirmed.`;
	return `This exact file, ${release}, was published by ${runOf(identity)}.`;
}

/** The attested commit is the one that the run was started on, not always the one that was checked out. */
function runOf({ workflow, repository, commit }: Identity): string {
	return `${quoteWord(fileName(workflow))} in ${quoteWord(shortRepository(repository))}; the run started at commit ${commitText(commit)}`;
}

/** The beginning of a commit id; quoted where it is none. */
function commitText(commit: string): string {
	const start = commit.slice(0, 7);
	return /^[0-9a-f]{7}$/.test(start) ? start : quoteWord(start);
}

export function provedRun(identity: Identity): Paragraph {
	return { lead: 'Proved by signature:', rest: `published by ${runOf(identity)}.` };
}

export function provedBySignature({ identity, trustRoot }: Report): Paragraph {
	// The log of a private instance is not public.
	const log = trustRoot.source === 'custom' ? 'log entry' : 'public log entry';
	return {
		lead: 'Proved by signature',
		rest: `(${buildService(identity?.issuer)}): fingerprint (SHA-512), workflow identity, ${log} (Rekor).`,
	};
}

/** A version to stay on, where one is good to name; else to wait. */
export function stayAdvice({ history }: Report, how?: 'Else'): string {
	const advised = history?.state === 'compared' ? history.advised : undefined;
	const [wait, use] = how ? ['Else wait, and ask the project.', 'Else use'] : ['Wait, and ask the project.', 'Use'];
	return advised === undefined ? wait : `${use} ${quoteWord(advised)}, or wait and ask the project.`;
}

export function isUnchecked(claim: Claim): claim is Extract<Claim, { why: 'could-not-check' }> {
	if (claim.standing !== 'unproved' || claim.why !== 'could-not-check' || claim.id === 'registry-signed') return false;
	// What was not reached is no reason; the check that it rests on is.
	return claim.failure.code !== 'not-reached';
}
