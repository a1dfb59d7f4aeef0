/** Owns the three hosts: the registry, the site of npm, the TUF repository of Sigstore. The only place that names them. */

/** The npm registry's origin: where requests go, and what signed statements must name. The only place that says it. */
export const REGISTRY = 'https://registry.npmjs.org';

/** npm's website, on whose pages our panel is. */
export const NPM_SITE = 'https://www.npmjs.com';

/** Sigstore's TUF repository, from which the trust root is renewed. The only place that says it. */
export const SIGSTORE_TUF = 'https://tuf-repo-cdn.sigstore.dev';
