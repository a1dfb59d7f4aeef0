/** Owns an audit as JSON, as docs/contract.md has it. Pure. */
import type { Audit } from '../report/audit.ts';
import { printableJson } from './printable.ts';

/** One audit by itself, or several as `{ schema: 1, audits }`. @param isList whether several were asked for. */
export function auditJson(audits: readonly Audit[], isList: boolean): string {
	const [only] = audits;
	return printableJson(isList || audits.length !== 1 ? { schema: 1, audits } : only);
}
