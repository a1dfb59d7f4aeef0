/** Owns TUF repositories for tests: Sigstore's recorded one, and made-up ones whose every file a test can vary. */
import { execFileSync } from 'node:child_process';
import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Metadata, MetadataKind, Signature } from '@tufjs/models';
import { REGISTRY } from '../../lib/npm/hosts.ts';

const archive = fileURLToPath(new URL('../../../shared/data/sigstore-tuf.tar.gz', import.meta.url));
const HOST = new URL(REGISTRY).host;

/** Whether Sigstore's recorded repository is there. */
export const hasTufRecording = existsSync(archive);

/** A repository as it is served: path below its address -> bytes. */
export type TufFiles = Map<string, Buffer>;

/** Sigstore's production repository as recorded, under the names with versions and digests by which clients ask. */
export function readTufRecording(): TufFiles {
	const folder = mkdtempSync(join(tmpdir(), 'stamp-of-origin-tuf-'));
	try {
		execFileSync('tar', ['xzf', archive, '-C', folder]);
		const files: TufFiles = new Map();
		const metadata = join(folder, 'metadata');
		for (const name of readdirSync(join(metadata, 'root_history')))
			files.set(name, readFileSync(join(metadata, 'root_history', name)));
		for (const name of readdirSync(metadata).filter((one) => one.endsWith('.json'))) {
			const bytes = readFileSync(join(metadata, name));
			const { version } = JSON.parse(bytes.toString()).signed;
			files.set(name === 'timestamp.json' ? name : `${version}.${name}`, bytes);
		}
		for (const path of ['trusted_root.json', `${HOST}/keys.json`])
			addTarget(files, path, readFileSync(join(folder, 'targets', path)));
		return files;
	} finally {
		rmSync(folder, { recursive: true });
	}
}

/** Keys of a role, and how many of them must sign. */
interface RoleKeys {
	keys: TufKey[];
	threshold: number;
}
interface TufKey {
	id: string;
	pem: string;
	privateKey: KeyObject;
}

type Role = 'root' | 'timestamp' | 'snapshot' | 'targets' | 'npm';

/** The keys of a made-up repository. Its root keys are replaced with each root. */
export interface TufKeys {
	roots: RoleKeys[];
	timestamp: RoleKeys;
	snapshot: RoleKeys;
	targets: RoleKeys;
	npm: RoleKeys;
}

/** One state of a repository. What is left out is version 1, expires in a week (a root in a year), and is signed as it must be. */
export interface TufState {
	/** When it was made. */
	at: Date;
	/** Contents of the two targets, as JSON. */
	trustedRoot: unknown;
	npmKeys: unknown;
	versions?: Partial<Record<Exclude<Role, 'root'>, number>>;
	/** Which version a list names of a file, where that is not the one it has. */
	listed?: Partial<Record<'snapshot' | 'targets' | 'npm', number>>;
	expires?: Partial<Record<Role, Date>>;
	/** Keys that sign instead of the role's own. */
	signers?: Partial<Record<Role, RoleKeys>>;
	/** Changes the signed part of a role's metadata before it is signed. */
	// Tests rewrite any part of it.
	// biome-ignore lint/suspicious/noExplicitAny: see above
	change?: Partial<Record<Role, (signed: any) => void>>;
}

/** Makes the keys of a repository that will have this many roots. */
export function makeTufKeys(rootCount = 1): TufKeys {
	return {
		roots: Array.from({ length: rootCount }, () => makeRoleKeys(3, 2)),
		timestamp: makeRoleKeys(),
		snapshot: makeRoleKeys(),
		targets: makeRoleKeys(2, 2),
		npm: makeRoleKeys(),
	};
}

/** Keys of one role. */
export function makeRoleKeys(count = 1, threshold = 1): RoleKeys {
	const keys = Array.from({ length: count }, () => {
		const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
		const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
		return { id: sha256(Buffer.from(pem)), pem, privateKey };
	});
	return { keys, threshold };
}

/** Signs and lays out a repository in this state. */
export function mintTufRepository(keys: TufKeys, state: TufState): TufFiles {
	const { at, versions = {}, listed = {} } = state;
	const files: TufFiles = new Map();
	const inDays = (days: number) => new Date(at.getTime() + days * 24 * 3600 * 1000);
	const version = (role: Exclude<Role, 'root'>) => versions[role] ?? 1;
	const metadata = (role: Role, fields: object, signers: RoleKeys[]): Buffer => {
		const kind = role === 'npm' ? MetadataKind.Targets : MetadataKind[capital(role)];
		const expires = (state.expires?.[role] ?? inDays(role === 'root' ? 365 : 7)).toISOString().replace(/\.\d+/, '');
		const signed = { _type: kind, spec_version: '1.0.31', expires, ...fields };
		state.change?.[role]?.(signed);
		return signedBy(kind, signed, state.signers?.[role] ? [state.signers[role]] : signers);
	};

	keys.roots.forEach((own, index) => {
		const top = { root: own, timestamp: keys.timestamp, snapshot: keys.snapshot, targets: keys.targets };
		const fields = {
			version: index + 1,
			consistent_snapshot: true,
			keys: Object.assign({}, ...Object.values(top).map(keysById)),
			roles: Object.fromEntries(Object.entries(top).map(([role, keys]) => [role, roleOf(keys)])),
		};
		const before = keys.roots[index - 1];
		files.set(`${index + 1}.root.json`, metadata('root', fields, before ? [before, own] : [own]));
	});
	const targets = (path: string, content: unknown) => {
		const bytes = Buffer.from(JSON.stringify(content));
		addTarget(files, path, bytes);
		return { [path]: { length: bytes.length, hashes: { sha256: sha256(bytes) } } };
	};
	const npm = { version: version('npm'), targets: targets(`${HOST}/keys.json`, state.npmKeys) };
	files.set(`${version('npm')}.${HOST}.json`, metadata('npm', npm, [keys.npm]));
	const delegation = { name: HOST, paths: [`${HOST}/*`], terminating: true, ...roleOf(keys.npm) };
	const top = {
		version: version('targets'),
		targets: targets('trusted_root.json', state.trustedRoot),
		delegations: { keys: keysById(keys.npm), roles: [delegation] },
	};
	files.set(`${version('targets')}.targets.json`, metadata('targets', top, [keys.targets]));
	const snapshot = {
		version: version('snapshot'),
		meta: {
			'targets.json': { version: listed.targets ?? version('targets') },
			[`${HOST}.json`]: { version: listed.npm ?? version('npm') },
		},
	};
	files.set(`${version('snapshot')}.snapshot.json`, metadata('snapshot', snapshot, [keys.snapshot]));
	const meta = { 'snapshot.json': { version: listed.snapshot ?? version('snapshot') } };
	files.set('timestamp.json', metadata('timestamp', { version: version('timestamp'), meta }, [keys.timestamp]));
	return files;
}

/** `fetch` over a repository, as far as a refresh uses it. What is asked for is noted in `asked`. */
export function fetchFrom(files: TufFiles, asked: string[] = []): typeof fetch {
	return async (input) => {
		const path = new URL(String(input)).pathname.slice(1);
		asked.push(path);
		const bytes = files.get(path);
		return bytes ? new Response(new Uint8Array(bytes)) : new Response('', { status: 404 });
	};
}

function signedBy(kind: MetadataKind, signed: object, signers: RoleKeys[]): Buffer {
	const metadata = Metadata.fromJSON(kind as MetadataKind.Root, { signed: signed as never, signatures: [] });
	for (const { id, privateKey } of signers.flatMap(({ keys }) => keys))
		metadata.sign((data) => new Signature({ keyID: id, sig: sign('sha256', data, privateKey).toString('hex') }));
	return Buffer.from(JSON.stringify(metadata.toJSON()));
}

function keysById({ keys }: RoleKeys) {
	return Object.fromEntries(
		keys.map(({ id, pem }) => [id, { keytype: 'ecdsa', scheme: 'ecdsa-sha2-nistp256', keyval: { public: pem } }]),
	);
}

function roleOf({ keys, threshold }: RoleKeys) {
	return { keyids: keys.map(({ id }) => id), threshold };
}

/** A target's file under each of the names that a client may ask for. */
function addTarget(files: TufFiles, path: string, bytes: Buffer): void {
	const at = path.lastIndexOf('/') + 1;
	for (const digest of [sha256(bytes), createHash('sha512').update(bytes).digest('hex')])
		files.set(`targets/${path.slice(0, at)}${digest}.${path.slice(at)}`, bytes);
}

function capital(role: Exclude<Role, 'npm'>) {
	return { root: 'Root', timestamp: 'Timestamp', snapshot: 'Snapshot', targets: 'Targets' }[role] as 'Root';
}

function sha256(bytes: Uint8Array): string {
	return createHash('sha256').update(bytes).digest('hex');
}
