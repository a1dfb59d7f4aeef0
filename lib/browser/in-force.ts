/** Owns the settings that are in force: the organisation's win over the reader's. */
import { parsePolicyFile } from '../policy/file.ts';
import { type Policy, parsePolicy } from '../policy/schema.ts';
import { readManaged, settingsThatHold } from './managed.ts';
import type { Settings, SettingsStore } from './settings.ts';

/** Settings for a verdict. */
export interface SettingsInForce extends Settings {
	/** The organisation's first. */
	policies: { policy: Policy; setBy: 'organisation' | 'you' }[];
	/** Whether the reader's own allowlist cannot be read. */
	isAllowlistUnread: boolean;
}

/** What is in force now. */
export async function readSettingsInForce(store: SettingsStore): Promise<SettingsInForce> {
	const [{ settings: own, isAllowlistUnread }, managed] = await Promise.all([
		store.readForVerdict(),
		readManaged(parsePolicy, parsePolicyFile),
	]);
	const ofReader = { policy: own.policy, setBy: 'you' as const };
	const policies = managed.policy ? [{ policy: managed.policy, setBy: 'organisation' as const }, ofReader] : [ofReader];
	return { ...settingsThatHold(own, managed), policies, isAllowlistUnread };
}
