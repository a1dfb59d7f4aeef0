/** Tests of the numbers of repository and owner that a signed statement tells, where its certificate names none. */
import { expect, test } from 'vitest';
import { withNumbers } from '../../../lib/attestation/statement-numbers.ts';
import type { Statement } from '../../../lib/report/evidence.ts';
import type { Identity } from '../../../lib/report/identity.ts';
import { IDENTITY } from '../../fixtures/reports.ts';
import { githubBuild, githubBuildV02 } from '../../support/mint.ts';

const { repositoryId: _r, ownerId: _o, ...unnumbered } = IDENTITY;
const statementOf = (predicate: unknown): Statement =>
	({ type: '', predicateType: '', subjects: [], predicate }) as never;
const numbersOf = ({ repositoryId, ownerId }: Identity) => [repositoryId, ownerId];

test.each([
	['SLSA v1', githubBuild().predicate],
	['SLSA v0.2', githubBuildV02().predicate],
	[
		'numbers that are no text',
		{ invocation: { environment: { GITHUB_REPOSITORY_ID: 1001, GITHUB_REPOSITORY_OWNER_ID: 2002 } } },
	],
])('are those of %s', (_what, predicate) => {
	expect(numbersOf(withNumbers(unnumbered, statementOf(predicate)))).toEqual(['1001', '2002']);
});

test("never go before the certificate's", () => {
	expect(withNumbers(IDENTITY, statementOf(githubBuild().predicate))).toEqual(IDENTITY);
	const half = { ...unnumbered, repositoryId: '7' };
	expect(numbersOf(withNumbers(half, statementOf(githubBuild().predicate)))).toEqual(['7', '2002']);
});

test.each([
	[undefined],
	[null],
	['text'],
	[{ buildDefinition: { internalParameters: { github: 7 } } }],
	[{ invocation: { environment: { GITHUB_REPOSITORY_ID: '1; drop', GITHUB_REPOSITORY_OWNER_ID: -1 } } }],
	[Object.create({ invocation: { environment: { GITHUB_REPOSITORY_ID: '1001' } } })],
])('are none in %j', (predicate) => {
	expect(withNumbers(unnumbered, statementOf(predicate))).toEqual(unnumbered);
	expect(withNumbers(unnumbered, undefined)).toEqual(unnumbered);
});
