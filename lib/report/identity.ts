/** Owns who built a release, as a verified certificate names it. */

/** Who built it, only ever from a verified certificate. */
export interface Identity {
	/** Issuer of the build service's token, e.g. GitHub Actions' https address. */
	issuer: string;
	/** https address of the source repository. */
	repository: string;
	/** The repository's immutable number at its host. */
	repositoryId?: string;
	/** The owner's immutable number at the host. */
	ownerId?: string;
	/** Path of the build file in the repository, e.g. `.github/workflows/release.yml`. */
	workflow: string;
	/** Full git ref, e.g. `refs/tags/v1.2.3`. */
	ref: string;
	/** Commit, hex. */
	commit: string;
	/** What started the run, e.g. `push`. */
	trigger?: string;
	/** `github-hosted`, `self-hosted`, ... */
	runner?: string;
	/** Deployment environment, where the job named one. */
	environment?: string;
	/** https address of the run. */
	run?: string;
	/** The certificate's subject alternative name: the workflow that signed, which may be a reusable one of somebody else's. */
	signer: string;
}
