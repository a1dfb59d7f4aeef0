/** Owns the hosts: the registry, the site of npm, Sigstore's TUF repository, and those that are asked only on request. The only place that names them. */

/** The npm registry's origin: where requests go, and what signed statements must name. The only place that says it. */
export const REGISTRY = 'https://registry.npmjs.org';

/** npm's website, on whose pages our panel is. */
export const NPM_SITE = 'https://www.npmjs.com';

/** Sigstore's TUF repository, from which the trust root is renewed. The only place that says it. */
export const SIGSTORE_TUF = 'https://tuf-repo-cdn.sigstore.dev';

/** GitHub's API. Asked only for a look that the reader asks for. */
export const GITHUB_API = 'https://api.github.com';

/** Single files of repositories at GitHub. Asked only for a look. */
export const GITHUB_RAW = 'https://raw.githubusercontent.com';

/** Sigstore's public log (Rekor v1). Asked only for a look. */
export const REKOR = 'https://rekor.sigstore.dev';
