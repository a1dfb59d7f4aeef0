/** Owns what to do about each cause for which something could not be checked. */
import type { FailureCode } from '../../report/failures.ts';

/** What to do where a check could not be made: one advice per cause. */
export const UNKNOWN_ADVICE: Partial<Record<FailureCode, { advice: string; action?: 'retry' | 'permit' }>> = {
	'release-not-found': { advice: 'Check the spelling of name and version.' },
	'attestations-withheld': {
		advice: 'It can be a fault of the registry, or a proxy that holds them back. Wait, then ask the project.',
		action: 'retry',
	},
	'permission-withheld': { advice: 'Allow the access, and the check is made.', action: 'permit' },
	'integrity-missing': { advice: 'Ask the maintainers to publish it again.' },
	'unsupported-integrity': { advice: 'Ask the maintainers to publish it again.' },
	'not-in-trust-root': { advice: 'Refresh the trust root on the options page, then try again.', action: 'retry' },
	'log-not-in-trust-root': { advice: 'If the instance has such a log, import a trust root that names it.' },
	'unsupported-signer': { advice: 'Update the extension.' },
	'predicate-type-differs': { advice: 'Wait, and ask the project.' },
	'trust-root-unreadable': { advice: '', action: 'retry' },
	'unsupported-bundle-version': { advice: 'Update the extension.' },
	'unsupported-predicate': { advice: 'Update the extension.' },
	'unsupported-statement': { advice: 'Update the extension.' },
	'unsupported-algorithm': { advice: 'Update the extension and the browser.' },
	'unsupported-timestamp': { advice: 'Update the extension.' },
	'unsupported-log-entry': { advice: 'Update the extension.' },
	'issuer-not-listed': { advice: 'Ask the maintainers which build service publishes it.' },
	'identity-incomplete': { advice: 'Ask the maintainers which build service publishes it.' },
	'too-many-questions': { advice: 'Wait, and ask the project.' },
	'wrong-shape': { advice: 'Wait, and try again later.', action: 'retry' },
	'too-large': { advice: 'Wait, and ask the project.' },
};
