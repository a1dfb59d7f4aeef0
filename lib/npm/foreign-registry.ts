/** Owns how a line says that a package is from another registry. */
import { isPublicRegistry } from './addresses.ts';

/** A registry that is not npm's public one, and the scope that comes from there, where it is not everything. */
export interface ForeignRegistry {
	scope?: string | undefined;
}

/** Registries other than npm's public one, as an option, a variable or a setting names them: `--@scope:registry=URL`. */
export function foreignRegistries(words: readonly string[]): ForeignRegistry[] {
	return words.flatMap((word, index) => {
		const [key = ''] = word.split('=', 1);
		if (!/registry(_?server)?$/i.test(key)) return [];
		const value = key === word ? words[index + 1] : word.slice(key.length + 1);
		// There are packages of that name, too.
		const isSetting = key !== word || key.startsWith('--') || /^https?:/i.test(value ?? '');
		if (value === undefined || !isSetting || isPublicRegistry(value)) return [];
		return [{ scope: /^(?:--)?(@[^:]+):/.exec(key)?.[1] }];
	});
}

export function isForeign(name: string, registries: readonly ForeignRegistry[]): boolean {
	return registries.some(({ scope }) => scope === undefined || name.startsWith(`${scope}/`));
}
