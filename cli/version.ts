/** Owns the version of this program, as package.json has it. */
import packageJson from '../package.json' with { type: 'json' };

/** The version, as in `0.1.0`. */
export const VERSION: string = packageJson.version;
