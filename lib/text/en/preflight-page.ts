/** Owns what Preflight shows people: one structure for the page and for the command's text. Pure. */
import type { FloorItem, Mistake } from '../../preflight/floor.ts';
import { defaultsOn, zizmorAudit } from '../../preflight/rule-facts.ts';
import { RULE_IDS, type RuleId } from '../../preflight/rule-kinds.ts';
import type { PreflightFile, PreflightFinding } from '../../preflight/run.ts';
import type { Identity } from '../../report/identity.ts';
import { day } from '../format.ts';
import { escapeInvisible, quoteText } from '../untrusted.ts';
import {
	describeCondition,
	describeDefault,
	describeFloorSeen,
	describeMistake,
	describeNotFollowed,
	describeReach,
	describeSeen,
	FLOOR_STATES,
	FLOOR_TEXTS,
} from './preflight.ts';
import { RULE_TEXTS } from './preflight-rules.ts';

/** One finding on the page. */
interface PageFinding {
	rule: RuleId;
	weight: PreflightFinding['weight'];
	line: number;
	column: number;
	sentence: string;
	condition?: string;
}

/** One file on the page. */
interface PageFile {
	/** From outside, fit to be shown. */
	file: string;
	reach: string;
	/** Whether any of its jobs was read. */
	isRead: boolean;
	notFollowed?: string;
	findings: PageFinding[];
	/** How many of a rule are left out, where there are more than ten. */
	left: string[];
}

/** A rule that found something. */
interface PageRule {
	rule: RuleId;
	name: string;
	why: string;
	ordinary: string;
	change: string;
	/** Defaults of the platform on the day that is asked for. */
	defaults: string[];
	/** Names of the zizmor audits that are alike. */
	zizmor: string[];
}

interface PageItem {
	name: string;
	state: string;
	/** Whether there is something left to do or to look at. */
	isOpen: boolean;
	seen: string[];
	change: string;
	why: string;
}

/** Everything that the page or the command shows. */
export interface PreflightPage {
	files: PageFile[];
	/** In the order of the rules, only those that found something. */
	rules: PageRule[];
	floor: PageItem[];
	mistakes: string[];
	/** What the public log gives away of a release: label and value, the value from outside. */
	log?: { heading: string; rows: { label: string; value: string }[] };
	limits: string[];
}

/** What a page is made of. */
export interface PageInput {
	files: readonly PreflightFile[];
	floor: readonly FloorItem[];
	mistakes: readonly Mistake[];
	/** ISO time whose defaults are named: of the release, or now. */
	at: string;
	/** Identity of a verified certificate, of the release that is named. */
	logged?: { name: string; version: string; identity?: Identity };
}

/** What leads the parts of a rule, and of an item of the floor. */
export const RULE_PARTS = { change: 'Change:', why: 'Why:', zizmor: 'Alike in zizmor:' } as const;

/** What leads the defaults of the platform. @param at ISO time of the day that they are of. */
export function describeDefaultsOn(at: string): string {
	return `Defaults on ${day(at)}:`;
}

/** Where in its file a finding is. */
export function describePlace({ line, column }: Pick<PageFinding, 'line' | 'column'>): string {
	return `line ${line}, column ${column}`;
}

/** Most findings of one rule in one file that people are shown. */
const MAX_SHOWN = 10;

/** Makes the page. */
export function describePreflight({ files, floor, mistakes, at, logged }: PageInput): PreflightPage {
	const findings = files.flatMap((file) => file.findings);
	return {
		files: files.map(describeFile),
		rules: RULE_IDS.flatMap((rule) => {
			const ofRule = findings.filter((finding) => finding.rule === rule);
			return ofRule.length > 0 ? [describeRule(rule, ofRule, at)] : [];
		}),
		floor: floor.map(({ id, state, seen }) => ({
			...FLOOR_TEXTS[id],
			state: FLOOR_STATES[state],
			isOpen: state !== 'met',
			seen: seen.slice(0, MAX_SHOWN).map(describeFloorSeen),
		})),
		mistakes: mistakes.map(describeMistake),
		...(logged && { log: describeLogged(logged) }),
		limits: LIMITS,
	};
}

function describeFile(file: PreflightFile): PageFile {
	const notFollowed = describeNotFollowed(file);
	const counts = new Map<RuleId, number>();
	const shown = file.findings.filter(({ rule }) => {
		const count = (counts.get(rule) ?? 0) + 1;
		counts.set(rule, count);
		return count <= MAX_SHOWN;
	});
	return {
		file: escapeInvisible(file.file),
		reach: describeReach(file),
		isRead: file.publishing !== 'not-seen',
		...(notFollowed !== undefined && { notFollowed }),
		findings: shown.map((finding) => ({
			rule: finding.rule,
			weight: finding.weight,
			line: finding.line,
			column: finding.column,
			sentence: describeSeen(finding),
			...(finding.condition !== undefined && { condition: describeCondition(finding.condition) }),
		})),
		left: [...counts].flatMap(([rule, count]) =>
			count > MAX_SHOWN ? [`${rule}: and ${count - MAX_SHOWN} more.`] : [],
		),
	};
}

function describeRule(rule: RuleId, findings: readonly PreflightFinding[], at: string): PageRule {
	const kinds = findings.map((finding) => finding.kind);
	const defaults = kinds.flatMap((kind) => defaultsOn(rule, kind as never, at)).map(describeDefault);
	const zizmor = kinds.flatMap((kind) => zizmorAudit(rule, kind as never) ?? []);
	return { rule, ...RULE_TEXTS[rule], defaults: [...new Set(defaults)], zizmor: [...new Set(zizmor)] };
}

const LOG_LABELS: [key: keyof Identity, label: string][] = [
	['repository', 'Repository'],
	['workflow', 'Build file'],
	['ref', 'Branch or tag'],
	['commit', 'Commit'],
	['trigger', 'Started by'],
	['runner', 'Machine'],
	['environment', 'Environment'],
	['run', 'Run'],
	['ownerId', 'Number of the owner'],
	['repositoryId', 'Number of the repository'],
];

function describeLogged({ name, version, identity }: NonNullable<PageInput['logged']>): PreflightPage['log'] & object {
	const release = `${quoteText(name)} ${quoteText(version)}`;
	if (!identity)
		return {
			heading: `The public log: there is no record of ${release} that was checked, so none is shown.`,
			rows: [],
		};
	const rows = LOG_LABELS.flatMap(([key, label]) => {
		const value = identity[key];
		return value === undefined ? [] : [{ label, value: escapeInvisible(String(value)) }];
	});
	return {
		heading: `The public log shows this of ${release} to everybody, for good, also of a private repository:`,
		rows,
	};
}

const LIMITS = [
	'This is a list of things to read, and no score. An empty list does not mean that nothing is wrong.',
	'Scripts, package.json, called workflows and actions were not read. Conditions were not evaluated.',
	'zizmor looks at more, with more settings, and is the measure for maintainers.',
];

/** The page as lines of text. */
export function preflightLines(page: PreflightPage, at: string): string[] {
	const lines: string[] = [];
	for (const { file, reach, isRead, notFollowed, findings, left } of page.files) {
		lines.push(file, `  ${reach}`, ...(notFollowed ? [`  ${notFollowed}`] : []));
		if (isRead && findings.length === 0) lines.push('  Nothing found.');
		for (const { weight, line, column, rule, sentence, condition } of findings)
			lines.push(`  ${weight} ${line}:${column} ${sentence} [${rule}]`, ...(condition ? [`      ${condition}`] : []));
		lines.push(...left.map((one) => `  ${one}`), '');
	}
	for (const { rule, name, why, ordinary, change, defaults, zizmor } of page.rules) {
		lines.push(
			`${name} [${rule}]`,
			`  ${RULE_PARTS.why} ${why}`,
			`  Ordinary: ${ordinary}`,
			`  ${RULE_PARTS.change} ${change}`,
		);
		if (defaults.length > 0) lines.push(`  ${describeDefaultsOn(at)}`, ...defaults.map((one) => `    ${one}`));
		if (zizmor.length > 0) lines.push(`  ${RULE_PARTS.zizmor} ${zizmor.join(', ')}`);
		lines.push('');
	}
	lines.push('The practical floor');
	for (const { name, state, isOpen, seen, change, why } of page.floor) {
		lines.push(`  ${name}: ${state}`, ...seen.map((one) => `    ${one}`));
		if (isOpen) lines.push(`    ${RULE_PARTS.change} ${change}`, `    ${RULE_PARTS.why} ${why}`);
	}
	if (page.mistakes.length > 0) lines.push('', 'Common mistakes', ...page.mistakes.map((one) => `  ${one}`));
	if (page.log) lines.push('', page.log.heading, ...page.log.rows.map(({ label, value }) => `  ${label}: ${value}`));
	return [...lines, '', ...page.limits];
}
