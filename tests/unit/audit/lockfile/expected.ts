/**
 * Owns what each sample holds, written by hand from what its tool installs. A first line is form, version and number of entries; then
 * comes `name@version`, the hashes, and `at` (it has an address), `direct`, `patched`; behind a `-` is what is not covered, and why.
 */

const peers = (count: number) =>
	Array.from({ length: count }, (_, at) => `@acme/peer-with-a-rather-long-name-${String(at).padStart(2, '0')}@1.0.0`);
const lines = (...all: string[]) => all.join('\n');

/** What asks for is-odd and its is-number, by tool: hashes and address. */
const plain = (head: string, hash: string) => `
${head} 2
is-number@6.0.0 ${hash}
is-odd@3.0.1 ${hash} direct`;

/** `x` is is-odd, `@s/y` is is-number 7. */
const ALIAS_OF_NPM = `
is-number@7.0.0 sha512 at direct
is-number@6.0.0 sha512 at
is-odd@3.0.1 sha512 at direct`;
const ALIAS = `
is-number@6.0.0 sha512
is-number@7.0.0 sha512 direct
is-odd@3.0.1 sha512 direct`;

const SCOPED = `
@babel/code-frame@7.27.1 sha512 direct
@babel/helper-validator-identifier@7.29.7 sha512
js-tokens@4.0.0 sha512
picocolors@1.1.1 sha512`;

/** All from the other registry, whose addresses are in the file. */
const OTHER = `
- @acme/Upper@1.0.0 other-registry
- @acme/build-meta@1.0.0+build.5 other-registry
- @acme/deprecated@1.0.0 other-registry
- @acme/plain-a@1.1.0 other-registry
- @acme/querytar@1.0.0 other-registry
- @acme/signed@1.0.0 other-registry`;

/** pnpm writes an address only where it is not the conventional one. */
const OTHER_OF_PNPM = `
@acme/Upper@1.0.0 sha512 direct
@acme/deprecated@1.0.0 sha512 direct
@acme/plain-a@1.1.0 sha512 direct
@acme/signed@1.0.0 sha512 direct
- @acme/build-meta@1.0.0+build.5 other-registry
- @acme/querytar@1.0.0 other-registry`;

const OPTIONAL = ['@acme/opt-darwin-arm64@1.0.0', '@acme/opt-linux-x64@1.0.0', '@acme/opt-win32-x64@1.0.0'];

/** What esbuild 0.28.2 has for each system. */
const ESBUILD =
	`aix-ppc64 android-arm android-arm64 android-x64 darwin-arm64 darwin-x64 freebsd-arm64 freebsd-x64 linux-arm linux-arm64
	linux-ia32 linux-loong64 linux-mips64el linux-ppc64 linux-riscv64 linux-s390x linux-x64 netbsd-arm64 netbsd-x64 openbsd-arm64
	openbsd-x64 openharmony-arm64 sunos-x64 win32-arm64 win32-ia32 win32-x64`.split(/\s+/);

const PNPM_FOR_SYSTEMS =
	`android-arm64 android-x64 darwin-arm64 darwin-x64 freebsd-x64 linux-arm64-musl linux-arm64 linux-ppc64
	linux-riscv64 linux-s390x linux-x64-musl linux-x64 netbsd-x64 win32-arm64 win32-x64`.split(/\s+/);

/** Those of ../shared/data. */
export const EXPECTED: Readonly<Record<string, string>> = {
	'npm/plain': `
npm 3 2
is-number@6.0.0 sha512 at
is-odd@3.0.1 sha512 at direct`,
	'npm/alias': `npm 3 3${ALIAS_OF_NPM}`,
	'npm/lockfileVersion2': `npm 2 3${ALIAS_OF_NPM}`,
	'npm/dep-alias': `
npm 3 2
- @acme/dep-alias@1.0.0 other-registry
- @acme/plain-a@1.1.0 other-registry`,
	'npm/elsewhere': `
npm 3 1
- @acme/elsewhere@1.0.0 url`,
	'npm/git': `
npm 3 3
- gitdep@1.2.3 git`,
	'npm/npmext': `
npm 4 2
is-number@7.0.0 sha512 at
is-odd@3.0.1 sha512 at direct`,
	'npm/omit-resolved-install-links': `
npm 3 19
@acme/elsewhere@1.0.0 sha512 direct
@acme/plain-a@1.0.0 sha512 direct
@acme/querytar@1.0.0 sha512 direct
@acme/with-bundle@1.0.0 sha512 direct
is-buffer@1.1.6 sha512
is-number@7.0.0 sha512
is-odd@3.0.1 sha512 direct
is-number@6.0.0 sha512
kind-of@3.2.2 sha512
is-even@1.0.0 sha512 direct
is-number@3.0.0 sha512
is-odd@0.1.2 sha512
- insidedir@0.1.0 file
- @acme/inner@1.0.0 bundled
- dirdep@3.2.1 file
- gitdep@1.2.3 git
- insidedir link
- remote-x@1.0.0 url
- remote-x@1.0.0 file`,
	'npm/overrides-alias': `
npm 3 3
is-even@1.0.0 sha512 at
is-odd@0.1.2 sha512 at
is-odd@3.0.1 sha512 at direct`,
	'npm/peers': lines(
		'npm 3 6',
		...['few-peers@1.0.0', 'peer-host@1.0.0'].map((spec) => `- @acme/${spec} other-registry`),
		...peers(3).map((spec) => `- ${spec} other-registry`),
		'- @acme/plain-a@2.0.0 other-registry',
	),
	'npm/platform-esbuild': lines(
		'npm 3 27',
		...ESBUILD.map((system) => `@esbuild/${system}@0.28.2 sha512 at`),
		'esbuild@0.28.2 sha512 at direct',
	),
	'npm/script': `
npm 3 1
- @acme/with-script@1.0.0 other-registry`,
	'npm/transitive-git-and-url': `
npm 3 4
- @acme/dep-git@1.0.0 other-registry
- @acme/dep-url@1.0.0 other-registry
- gitdep@1.2.3 git
- remote-x@1.0.0 url`,

	'pnpm/alias': `pnpm 9.0 3${ALIAS}`,
	'pnpm/custom-registry': `pnpm 9.0 6${OTHER_OF_PNPM}`,
	'pnpm/file': `
pnpm 9.0 4
is-number@7.0.0 sha512
- dirdep@file:../filedep file
- insidedir@file:inside file
- remote-x@1.0.0 file`,
	'pnpm/includeTarballUrl': `pnpm 9.0 6${OTHER}`,
	'pnpm/integrity-of-tar-v13': plain('pnpm 13.0', 'tar'),
	'pnpm/manypeers': lines(
		'pnpm 9.0 13',
		'@acme/many-peers@1.0.0 sha512 direct',
		...peers(12).map((spec) => `${spec} sha512`),
	),
	'pnpm/multi-document-packageManager': lines(
		'pnpm 9.0 17',
		...PNPM_FOR_SYSTEMS.map((system) => `@pnpm/exe.${system}@12.21.0 sha512`),
		'pnpm@12.21.0 sha512 direct',
		'remote-x@1.0.0 sha512 direct',
	),
	'pnpm/named-registry': `
pnpm 9.0 5
is-number@6.0.0 sha512
is-odd@3.0.1 sha512 direct
- @acme/plain-a@work:1.1.0 other-registry
- @acme/plain-a@work:2.0.0 other-registry
- remote-x@work:1.0.0 other-registry`,
	'pnpm/packageExtensions-pnpmfile': `
pnpm 9.0 3
is-buffer@2.0.5 sha512
is-number@7.0.0 sha512
is-odd@3.0.1 sha512 direct`,
	'pnpm/peers-hashed-suffix': lines(
		'pnpm 9.0 31',
		...peers(30).map((spec) => `${spec} sha512`),
		'@acme/peers-30@1.0.0 sha512 direct',
	),
	'pnpm/platform': lines('pnpm 9.0 4', ...OPTIONAL.map((spec) => `${spec} sha512`), '@acme/opt@1.0.0 sha512 direct'),
	'pnpm/tarball': `
pnpm 9.0 2
- remote-x@1.0.0 url
- remote-x@1.0.0 url`,
	'pnpm/v13-alias': `pnpm 13.0 3${ALIAS}`,
	'pnpm/v13-custom-registry': `pnpm 13.0 6${OTHER_OF_PNPM}`,
	'pnpm/v13-file': `
pnpm 13.0 4
is-number@7.0.0 sha512
- dirdep@file:../filedep file
- insidedir@file:inside file
- remote-x@1.0.0 file`,
	'pnpm/v13-lpbig': lines(
		'pnpm 13.0 31',
		...peers(30).map((spec) => `${spec} sha512`),
		'@acme/peers-30@1.0.0 sha512 direct',
	),
	'pnpm/v13-old-sha1': `
pnpm 13.0 4
@acme/multi-hash@1.0.0 sha512+sha256+sha1 direct
@acme/no-hash@1.0.0 sha512 direct
@acme/old-sha1@1.0.0 sha1 direct
@acme/sha384@1.0.0 sha384 direct`,
	'pnpm/v13-plain': plain('pnpm 13.0', 'sha512'),
	'pnpm/v13-tarball': `
pnpm 13.0 2
- remote-x@1.0.0 url
- remote-x@1.0.0 url`,
	'pnpm/workspace-catalog-overrides-patched': `
pnpm 9.0 6
is-buffer@2.0.5 sha512 direct
is-even@1.0.0 sha512 direct
is-number@4.0.0 sha512
is-number@6.0.0 sha512 direct
is-odd@0.1.2 sha512
is-odd@3.0.1 sha512 direct patched`,

	'yarn1/alias': `
yarn-classic 1 3
is-number@7.0.0 sha512 at
is-number@6.0.0 sha512 at
is-odd@3.0.1 sha512 at`,
	// Yarn 1 leaves the build metadata out of the version.
	'yarn1/custom-registry': `yarn-classic 1 6${OTHER.replace('+build.5', '')}`,
	'yarn1/file': `
yarn-classic 1 4
is-number@7.0.0 sha512 at
- dirdep@3.2.1 file
- linkdep@0.0.0 link
- tgz@1.0.0 file`,
	'yarn1/os-multi-hash': `
yarn-classic 1 1
- @acme/multi-hash@1.0.0 other-registry`,
	'yarn1/os-sha384': `
yarn-classic 1 1
- @acme/sha384@1.0.0 other-registry`,
	'yarn1/platform': lines(
		'yarn-classic 1 4',
		...[...OPTIONAL, '@acme/opt@1.0.0'].map((spec) => `- ${spec} other-registry`),
	),
	'yarn1/tarball': `
yarn-classic 1 2
- redirected@1.0.0 url
- remote-x@1.0.0 url`,

	'yarn4/alias': `
yarn-berry 10 3
is-number@7.0.0 zip direct
is-number@6.0.0 zip
is-odd@3.0.1 zip direct`,
	// What a catalog resolves is not told to be direct: the range is in another file.
	'yarn4/catalog': `
yarn-berry 10 2
is-number@6.0.0 zip
is-odd@3.0.1 zip`,
	'yarn4/dep-alias': `
yarn-berry 10 2
@acme/dep-alias@1.0.0 zip direct
@acme/plain-a@1.1.0 zip`,
	'yarn4/file': `
yarn-berry 10 6
is-number@7.0.0 zip
- dirdep@3.2.1 file
- insidedir@0.1.0 file
- linkdep@link:../filedep::locator=file%40workspace%3A. link
- portaldep@portal:../filedep::locator=file%40workspace%3A. link
- tgz@1.0.0 file`,
	'yarn4/github': `
yarn-berry 10 2
- gitdep-https@https://github.com/acme/gitdep.git#commit=d40ec6a68e201faeff4123d2515156de37675b55 git
- gitdep@https://github.com/acme/gitdep.git#commit=d40ec6a68e201faeff4123d2515156de37675b55 git`,
	'yarn4/patched': `
yarn-berry 10 3
is-number@6.0.0 zip
is-odd@3.0.1 zip,zip direct patched`,
	'yarn4/plain': plain('yarn-berry 10', 'zip'),
	'yarn4/platform-arch': lines(
		'yarn-berry 10 4',
		...OPTIONAL.map((spec) => `${spec} nothing`),
		'@acme/opt@1.0.0 zip direct',
	),
	'yarn4/script': `
yarn-berry 10 1
@acme/with-script@1.0.0 zip direct`,
	'yarn4/workspace-resolutions-builtin-patch': `
yarn-berry 10 9
is-even@1.0.0 zip direct
is-number@7.0.0 zip direct
is-number@3.0.0 zip
is-odd@0.1.2 zip
kind-of@6.0.3 zip
typescript@5.9.3 zip,zip direct
- @ws/a@workspace:packages/a workspace
- @ws/b@workspace:packages/b workspace`,

	'bun/alias': `
bun 2 3
is-number@7.0.0 sha512 direct
is-number@6.0.0 sha512
is-odd@3.0.1 sha512 direct`,
	'bun/custom-registry': `bun 2 6${OTHER}`,
	'bun/file': `
bun 2 4
is-number@7.0.0 sha512
- dirdep@file:../filedep file
- insidedir@file:inside file
- remote-x@./vendor/remote-x-1.0.0.tgz file`,
	'bun/lockb': plain('bun 2', 'sha512'),
	'bun/overrides': `
bun 2 2
is-number@7.0.0 sha512
is-odd@3.0.1 sha512 direct`,
	'bun/patched': `${plain('bun 2', 'sha512')} patched`,
	'bun/plain': plain('bun 2', 'sha512'),
	'bun/scoped': `bun 2 4${SCOPED}`,
	'bun/tarball': `
bun 2 2
- remote-x@http://127.0.0.1:4873/redir/remote-x-1.0.0.tgz url
- remote-x@http://127.0.0.1:4874/files/remote-x-1.0.0.tgz url`,

	'deno/alias': `deno 5 3${ALIAS}`,
	'deno/custom-registry': `deno 5 6${OTHER}`,
	// Files are not in it.
	'deno/file': plain('deno 5', 'sha512'),
	'deno/os-no-hash': `
deno 5 1
- @acme/no-hash@1.0.0 other-registry`,
	'deno/overrides': `
deno 5 2
is-number@7.0.0 sha512
is-odd@3.0.1 sha512 direct`,
	'deno/plain': plain('deno 5', 'sha512'),
	'deno/scoped': `deno 5 4${SCOPED}`,
	'deno/workspace-overrides': `
deno 5 7
is-even@1.0.0 sha512 direct
is-number@3.0.0 sha512
is-number@6.0.0 sha512 direct
is-number@7.0.0 sha512 direct
is-odd@0.1.2 sha512
is-odd@3.0.1 sha512 direct
kind-of@6.0.3 sha512`,

	'vlt/alias': `vlt 1 3${ALIAS}`,
	'vlt/custom-registry': `vlt 1 6${OTHER}`,
	'vlt/git': `
vlt 1 1
- gitdep@git+file:///tmp/h/real-a/reg/repos/gitdep.git git`,
	'vlt/plain': plain('vlt 1', 'sha512'),
	'vlt/scoped': `vlt 1 4${SCOPED}`,
	'vlt/workspace': `
vlt 1 7
is-buffer@1.1.6 sha512
is-number@3.0.0 sha512
is-number@6.0.0 sha512
is-number@7.0.0 sha512 direct
is-odd@0.1.2 sha512 direct
is-odd@3.0.1 sha512 direct
kind-of@3.2.2 sha512`,
};

/** What a project of the older tools asks for: aliases, a scope, a folder. */
const OLDER = `
@babel/code-frame@7.27.1 sha512 direct
@babel/helper-validator-identifier@7.29.7 sha512
is-number@6.0.0 sha512
is-number@7.0.0 sha512 direct
is-odd@3.0.1 sha512 direct
js-tokens@4.0.0 sha512
picocolors@1.1.1 sha512`;
const OLDER_OF_NPM = `
@babel/code-frame@7.27.1 sha512 at
@babel/helper-validator-identifier@7.29.7 sha512 at
is-number@7.0.0 sha512 at
js-tokens@4.0.0 sha512 at
picocolors@1.1.1 sha512 at
is-odd@3.0.1 sha512 at
is-number@6.0.0 sha512 at`;

/** Those of tests/fixtures/lockfiles. */
export const EXPECTED_OLDER: Readonly<Record<string, string>> = {
	// Version 1 does not tell what the project itself asks for.
	'npm-6.14.18': `npm 1 8${OLDER_OF_NPM}\n- insidedir@file:inside file`,
	'npm-7.24.2': `
npm 2 9
@babel/code-frame@7.27.1 sha512 at direct
@babel/helper-validator-identifier@7.29.7 sha512 at
is-number@7.0.0 sha512 at direct
js-tokens@4.0.0 sha512 at
picocolors@1.1.1 sha512 at
is-odd@3.0.1 sha512 at direct
is-number@6.0.0 sha512 at
- inside@0.1.0 file
- insidedir link`,
	'npm-12.2.2-patched': `
npm 4 2
is-number@6.0.0 sha512 at
is-odd@3.0.1 sha512 at direct patched`,
	'npm-12.2.2-kept-node-modules': `
npm 3 2 without hashes
is-number@6.0.0 nothing
is-odd@3.0.1 nothing direct`,
	'npm-12.2.2-own-bundle': `
npm 3 2
is-number@6.0.0 sha512 at
is-odd@3.0.1 sha512 at direct`,
	'npm-12.2.2-workspaces': `
npm 3 7
is-number@6.0.0 sha512 at direct
is-odd@3.0.1 sha512 at direct
is-number@7.0.0 sha512 at direct
- @ws/a link
- @ws/b link
- @ws/a@1.0.0 workspace
- @ws/b@1.0.0 workspace`,
	'pnpm-8.15.9': `pnpm 6.0 8${OLDER}\n- file:inside file`,
	// Its address is the registry's: pnpm 8 then writes the release.
	'pnpm-8.15.9-peers': `
pnpm 6.0 7
is-number@5.0.0 sha512 direct
is-number@6.0.0 sha512
is-odd@3.0.1 sha512 direct patched
js-tokens@4.0.0 sha512
loose-envify@1.4.0 sha512
react@18.2.0 sha512 direct
use-sync-external-store@1.2.0 sha512 direct`,
	'bun-1.1.39': `bun 0 8${inOrderOfBun()}\n- insidedir@file:inside file`,
	'bun-1.2.4': `bun 1 8${inOrderOfBun()}\n- insidedir@file:inside file`,
	'bun-1.2.4-workspaces': `
bun 1 9
is-buffer@1.1.6 sha512
is-number@7.0.0 sha512 direct
is-odd@3.0.1 sha512 direct
kind-of@3.2.2 sha512
is-even@1.0.0 sha512 direct
is-number@6.0.0 sha512
is-odd@0.1.2 sha512
is-number@3.0.0 sha512
- @ws/a@workspace:packages/a workspace`,
	'deno-2.2.0': `
deno 4 9
@babel/code-frame@7.27.1 sha512 direct
@babel/helper-validator-identifier@7.29.7 sha512
is-number@6.0.0 sha512
is-odd@3.0.1 sha512 direct
js-tokens@4.0.0 sha512
loose-envify@1.4.0 sha512
picocolors@1.1.1 sha512
react@18.2.0 sha512 direct
use-sync-external-store@1.2.0 sha512 direct`,
	'vlt-1.0.0-rc.23': `
vlt 1 9
is-number@6.0.0 sha512
is-odd@3.0.1 sha512 direct
js-tokens@4.0.0 sha512
loose-envify@1.4.0 sha512
react@18.2.0 sha512 direct
safe-buffer@5.2.1 sha512
string_decoder@1.3.0 sha512 direct
use-sync-external-store@1.2.0 sha512 direct
- insidedir@inside file`,
	'yarn-3.8.7': `
yarn-berry 6 5
is-number@6.0.0 zip
is-odd@3.0.1 zip direct
typescript@4.9.5 zip,zip direct
is-number@7.0.0 zip direct`,
};

function inOrderOfBun(): string {
	return `
@babel/code-frame@7.27.1 sha512 direct
@babel/helper-validator-identifier@7.29.7 sha512
is-number@7.0.0 sha512 direct
js-tokens@4.0.0 sha512
picocolors@1.1.1 sha512
is-odd@3.0.1 sha512 direct
is-number@6.0.0 sha512`;
}
