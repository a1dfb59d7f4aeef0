/**
 * Owns what npm's own configuration says about asking a registry: which one for a package, with which token, through which
 * proxy, under which certificate authorities. Files (.npmrc of project, user and machine) and variables are read, none is written.
 */
import { existsSync } from 'node:fs';
import * as http from 'node:http';
import { homedir } from 'node:os';
import { join, resolve, sep } from 'node:path';
import * as tls from 'node:tls';
import { parse as parseIni } from 'ini';
import { REGISTRY } from '../lib/npm/hosts.ts';
import { findProjectFolder } from './npm-project.ts';
import { readText, UsageError } from './usage.ts';

/** Where a command runs. */
export interface Surroundings {
	env: Readonly<Record<string, string | undefined>>;
	/** Absolute paths. */
	cwd: string;
	home: string;
}

/** The surroundings of this process. */
export function ownSurroundings(): Surroundings {
	return { env: process.env, cwd: process.cwd(), home: homedir() };
}

/** How one registry is asked. */
export interface RegistryAccess {
	/** Its address, without user and password. */
	base: string;
	/** The address for people, and who named it; absent for npm's own registry. */
	mirror?: { address: string; place: string };
	/** The token or password for it, and for nothing else. */
	headers: { authorization?: string };
	/** Address of the proxy, perhaps with user and password. */
	proxy?: string;
	/** Certificates in PEM that are believed instead of Node's own list. */
	authorities?: string[];
	/** `strict-ssl=false`: whoever answers is believed to be the registry. */
	isUnchecked?: true;
}

/** One setting: its values (most have one), and the file or variable that it comes from. */
interface Setting {
	values: string[];
	place: string;
	/** The first value before `${VARIABLES}` were put in, fit to be shown. */
	written: string;
	/** It has variables that were not put in, since it is a project's and for a host that the reader's own files do not name. */
	isWithheld?: true;
}

/** Settings by npm's name of them. */
type Settings = ReadonlyMap<string, Setting>;

/**
 * How the registry of a package is asked, as npm itself would ask it.
 * @param name the package.
 * @param option value of `--registry`, which wins over every file and variable.
 * @throws UsageError where a file, address, token or certificate cannot be read, and where the package's scope is at another
 *   registry: what that one serves is not the package of this name in npm's public one.
 * @see https://docs.npmjs.com/cli/v11/configuring-npm/npmrc
 */
export function readRegistryAccess(
	name: string,
	option: string | undefined,
	around: Surroundings = ownSurroundings(),
): RegistryAccess {
	const settings = readSettings(around, option);
	const { chosen, setting, isElsewhere } = registryOf(name, settings, option);
	if (isElsewhere)
		throw new UsageError(
			`${name} comes from another registry, ${chosen.address} (${setting?.place}). Only npm's public registry is looked at here; --registry names a mirror of it`,
		);
	const { base, address, credentials } = chosen;
	const url = new URL(base);
	const authorization = findAuthorization(settings, url) ?? credentials;
	const proxy = findProxy(settings, url, around.env);
	const isUnchecked = url.protocol === 'https:' && firstOf(settings, 'strict-ssl') === 'false';
	const authorities = url.protocol === 'https:' && !isUnchecked ? readAuthorities(settings, around) : undefined;
	return {
		base,
		...(setting && !isPublic(base) && { mirror: { address, place: setting.place } }),
		headers: authorization === undefined ? {} : { authorization },
		...(proxy !== undefined && { proxy }),
		...(authorities && { authorities }),
		...(isUnchecked && { isUnchecked }),
	};
}

/**
 * Tells for many packages whether their scope is at another registry, whose packages are not those of npm's public one.
 * @param option value of `--registry`. @returns a check of a name; it is true also where the scope's registry cannot be read.
 */
export function createElsewhereCheck(option: string | undefined, around: Surroundings): (name: string) => boolean {
	const settings = readSettings(around, option);
	return (name) => {
		try {
			return registryOf(name, settings, option).isElsewhere;
		} catch (error) {
			if (error instanceof UsageError) return true;
			throw error;
		}
	};
}

/** The registry of a package: its scope's, else the general one. @throws UsageError where an address cannot be read. */
function registryOf(name: string, settings: Settings, option: string | undefined) {
	const general =
		option === undefined ? settings.get('registry') : { values: [option], place: '--registry', written: option };
	const scope =
		name.startsWith('@') && option === undefined ? settings.get(`${name.split('/')[0]}:registry`) : undefined;
	const setting = scope ?? general;
	const chosen = parseRegistry(setting);
	const isElsewhere = scope !== undefined && !isPublic(chosen.base) && chosen.base !== parseRegistry(general).base;
	return { chosen, setting, isElsewhere };
}

/**
 * Makes this process ask as `access` says: Node has one proxy and one list of authorities for all its requests.
 * @returns what takes it back.
 * @throws UsageError where the certificates cannot be read.
 */
export function connectAs({ proxy, authorities, isUnchecked }: RegistryAccess): () => void {
	const undo: (() => void)[] = [];
	if (authorities) {
		// An older Node 22 has neither this nor a proxy; without them the command asks another way than npm would.
		if (!tls.setDefaultCACertificates)
			throw new UsageError('ca and cafile in .npmrc need Node 22.19, or 24.5, or newer');
		const before = tls.getCACertificates('default');
		try {
			tls.setDefaultCACertificates(authorities);
		} catch {
			throw new UsageError('a certificate of ca or cafile in .npmrc cannot be read');
		}
		undo.push(() => tls.setDefaultCACertificates(before));
	}
	// Whether it is to be asked through the proxy was decided before. With an empty list, Node would read NO_PROXY again.
	if (proxy !== undefined) {
		if (!http.setGlobalProxyFromEnv) throw new UsageError('asking through a proxy needs Node 24.14 or newer');
		undo.push(http.setGlobalProxyFromEnv({ http_proxy: proxy, https_proxy: proxy, no_proxy: 'none.invalid' }));
	}
	if (isUnchecked) {
		const before = process.env.NODE_TLS_REJECT_UNAUTHORIZED;
		process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
		undo.push(() => {
			if (before === undefined) delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
			else process.env.NODE_TLS_REJECT_UNAUTHORIZED = before;
		});
	}
	return () => {
		for (const one of undo) one();
	};
}

/** Loopback addresses, where nobody listens on the way. */
export function isLoopback(hostname: string): boolean {
	return /^(127(\.\d+){3}|\[::1\]|([^.]+\.)*localhost)$/.test(hostname);
}

function isPublic(base: string): boolean {
	return base === REGISTRY;
}

interface RegistryAddress {
	/** Without a slash at its end. */
	base: string;
	/** The same for people: as it is written where variables were put into it. */
	address: string;
	/** What was before an `@` in it, as a header. */
	credentials?: string;
}

function parseRegistry(setting: Setting | undefined): RegistryAddress {
	if (setting === undefined) return { base: REGISTRY, address: REGISTRY };
	const { written, place, values, isWithheld } = setting;
	const text = values[0] ?? '';
	const url = parseAddress(text);
	const address = forPeople(written);
	const [unset] = /\$\{[^{}]*\}/.exec(text) ?? [];
	if (unset !== undefined && isWithheld)
		throw new UsageError(
			`the registry's address has the variable ${unset}, which a project's .npmrc may use only for a host that your own .npmrc or --registry names (${place})`,
		);
	if (unset !== undefined)
		throw new UsageError(`the registry's address needs a variable that is not set: ${unset} (${place})`);
	if (!url) throw new UsageError(`the registry is no address: ${address} (${place})`);
	if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url.hostname)))
		throw new UsageError(`the registry must be https, or http on a loopback address: ${address} (${place})`);
	const { username, password } = url;
	const base = `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
	if (username === '' && password === '') return { base, address };
	try {
		return { base, address, credentials: basic(decodeURIComponent(`${username}:${password}`)) };
	} catch {
		throw new UsageError(`user and password of the registry cannot be read: ${address} (${place})`);
	}
}

function parseAddress(text: string): URL | undefined {
	try {
		return new URL(text);
	} catch {
		return undefined;
	}
}

/** An address without user, password and query, whatever is wrong with it. */
function forPeople(text: string): string {
	const url = parseAddress(text);
	if (!url?.host) return text.includes('@') ? '(not shown, since it holds an @)' : text.slice(0, 200);
	return `${url.protocol}//${url.host}${url.pathname}`.replaceAll('%7B', '{').replaceAll('%7D', '}');
}

function basic(credentials: string): string {
	return `Basic ${Buffer.from(credentials).toString('base64')}`;
}

/**
 * The token for a registry: the settings of its own host and path, or of a folder above it on the same host.
 * @throws UsageError, without the token, where it cannot be sent.
 */
function findAuthorization(settings: Settings, { host, pathname }: URL): string | undefined {
	const parts = pathname.split('/').filter((part) => part !== '');
	for (let count = parts.length; count >= 0; count -= 1) {
		const folder = ['/', host, ...parts.slice(0, count)].join('/');
		for (const prefix of [`${folder}/`, folder]) {
			const [token, pair, user, password] = ['_authToken', '_auth', 'username', '_password'].map((key) =>
				firstOf(settings, `${prefix}:${key}`),
			);
			let value: string;
			if (token !== undefined) value = `Bearer ${token}`;
			else if (pair !== undefined) value = `Basic ${pair}`;
			else if (user !== undefined && password !== undefined)
				value = basic(`${user}:${Buffer.from(password, 'base64').toString()}`);
			else continue;
			// A variable that is not set, as in a project's file outside of its continuous integration: asked without.
			if ([token ?? pair, user, password].some((part) => part?.includes('${'))) return undefined;
			if (!/^[\x21-\x7e]+ [\x21-\x7e]+$/.test(value))
				throw new UsageError(`the token of ${prefix} in .npmrc holds characters that cannot be sent`);
			return value;
		}
	}
	return undefined;
}

/** The proxy that a registry is asked through: npm's settings first, then the variables of other programs. */
function findProxy(settings: Settings, url: URL, env: Surroundings['env']): string | undefined {
	const variable = (name: string) => env[name] || env[name.toUpperCase()] || undefined;
	const isSecure = url.protocol === 'https:';
	const keys = isSecure ? ['https-proxy', 'proxy'] : ['proxy'];
	const key = keys.find((one) => firstOf(settings, one) !== undefined);
	const setting = key === undefined ? undefined : settings.get(key);
	if (setting?.isWithheld)
		throw new UsageError(
			`the proxy's address has a variable, which a project's .npmrc may use only for a host that your own .npmrc or variables name (${setting.place})`,
		);
	const set = setting?.values[0];
	const text = set ?? variable(isSecure ? 'https_proxy' : 'http_proxy');
	const without = settings.get('noproxy')?.values.join(',') || variable('no_proxy') || '';
	if (text === undefined || text === 'false' || isWithoutProxy(url, without)) return undefined;
	const proxy = parseAddress(text.includes('://') ? text : `http://${text}`);
	if (!proxy || !['http:', 'https:'].includes(proxy.protocol))
		throw new UsageError(`the proxy is no http or https address: ${forPeople(text)}`);
	return proxy.href;
}

/** Whether a host is in a list such as npm's `noproxy`. An entry is a host with all below it, perhaps with a port; `*` is all. */
function isWithoutProxy({ hostname, port, protocol }: URL, list: string): boolean {
	const ownPort = port || (protocol === 'https:' ? '443' : '80');
	return list
		.toLowerCase()
		.split(/[,\s]+/)
		.some((entry) => {
			// With several colons it is an IPv6 address, of which none is before a port.
			const [, host = entry, onPort] = /^(\[.*\]|[^:]*)(?::(\d+))?$/.exec(entry) ?? [];
			const name = host.replace(/^\*?\./, '');
			if (name === '' || (onPort !== undefined && onPort !== ownPort)) return false;
			return name === '*' || [name, `[${name}]`].includes(hostname) || hostname.endsWith(`.${name}`);
		});
}

/** The certificates that `cafile`, or else `ca`, names. */
function readAuthorities(settings: Settings, { cwd, home }: Surroundings): string[] | undefined {
	const file = firstOf(settings, 'cafile');
	const setting = settings.get(file === undefined ? 'ca' : 'cafile');
	if (!setting) return undefined;
	const text = file === undefined ? setting.values.join('\n') : readText(resolvePath(file, cwd, home));
	const certificates = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g);
	if (!certificates) throw new UsageError(`${file ?? 'ca'} holds no certificate in PEM (${setting.place})`);
	return certificates;
}

function resolvePath(path: string, cwd: string, home: string): string {
	return /^~[/\\]/.test(path) ? resolve(home, path.slice(2)) : resolve(cwd, path);
}

/** The setting's one value; nothing where npm takes it for unset. */
function firstOf(settings: Settings, key: string): string | undefined {
	const value = settings.get(key)?.values[0];
	return value === '' || value === 'null' || value === 'undefined' ? undefined : value;
}

/**
 * All settings that hold, as npm ranks them: variables, then the project's file, the user's, the machine's.
 * @param option value of `--registry`.
 */
function readSettings(around: Surroundings, option: string | undefined): Settings {
	const { env, cwd, home } = around;
	const { said, passedOn } = readVariables(env);
	const path = (key: string) => {
		const value = firstOf(said, key) ?? firstOf(passedOn, key);
		return value === undefined ? undefined : resolvePath(value, cwd, home);
	};
	const user = path('userconfig') ?? join(home, '.npmrc');
	const machine = path('globalconfig');
	const own = merged([said, withoutRepeated(passedOn, around), readConfigFiles([user, machine], env)]);
	const project = join(projectFolder(around), '.npmrc');
	const isOwn = [user, machine].some((file) => file !== undefined && resolve(file) === resolve(project));
	if (isOwn) return own;
	// The project's own settings rank between the variables and the files.
	const hosts = hostsNamed(own, option, env);
	return merged([
		said,
		withoutRepeated(passedOn, around),
		readConfigFiles([project], env, hosts),
		readConfigFiles([user, machine], env),
	]);
}

/** Hosts that npm's public registry, `--registry`, the reader's own files and variables name: for registries, tokens and proxies. */
function hostsNamed(own: Settings, option: string | undefined, env: Surroundings['env']): ReadonlySet<string> {
	const proxies = ['https_proxy', 'http_proxy'].flatMap((name) => [env[name], env[name.toUpperCase()]]);
	const named = [REGISTRY, option, ...proxies];
	for (const [key, { values }] of own) {
		if (key.startsWith('//')) named.push(`https:${key}`);
		else if (isAddressKey(key)) named.push(values[0]);
	}
	return new Set(named.flatMap((text) => hostOf(text ?? '') ?? []));
}

/** Settings whose value is an address that is asked. */
function isAddressKey(key: string): boolean {
	return /^(?:@[^/]+:)?registry$|^(?:https-)?proxy$/.test(key);
}

/** The host of an address, with its port; of a proxy without a scheme as well. */
function hostOf(text: string): string | undefined {
	return parseAddress(text.includes('://') ? text : `http://${text}`)?.host;
}

/** The first one that has a setting decides on it. */
function merged(layers: readonly Settings[]): Settings {
	return new Map(layers.toReversed().flatMap((layer) => [...layer]));
}

/**
 * npm's variables: those that somebody set, and those that may be npm's own doing. `npm run` writes what it found in its files
 * into variables, always with small letters.
 */
function readVariables(env: Surroundings['env']): { said: Settings; passedOn: Settings } {
	const said = new Map<string, Setting>();
	const passedOn = new Map<string, Setting>();
	for (const [variable, value] of Object.entries(env)) {
		const [, isNpms, name = ''] = /^(npm_config_)(.+)$/i.exec(variable) ?? [];
		// An empty one is how npm writes "not set" and "false".
		if (isNpms === undefined || !value) continue;
		const key = name.startsWith('//') ? name : name.replace(/(?!^)_/g, '-').toLowerCase();
		const layer = isNpms === 'npm_config_' && env.npm_config_npm_version ? passedOn : said;
		const written = value;
		layer.set(key, { values: value.split('\n\n').map((one) => expand(one, env)), place: variable, written });
	}
	return { said, passedOn };
}

/**
 * Of the variables that npm passed on, those that say more than npm's own files do. The others would win over the files that apply
 * here. These may be other files, if a program that `npm run` started runs the command elsewhere
 * (docs/decisions/0066-npm-run-repeats-settings.md).
 */
function withoutRepeated(passedOn: Settings, { env, home }: Surroundings): Settings {
	const file = (key: string) => firstOf(passedOn, key);
	const project = file('local-prefix');
	const files = readConfigFiles(
		[project && join(project, '.npmrc'), file('userconfig') ?? env.NPM_CONFIG_USERCONFIG, file('globalconfig')],
		env,
	);
	// npm writes addresses and paths in full.
	const full = (key: string, value: string) =>
		key === 'cafile' ? resolvePath(value, env.INIT_CWD ?? '/', home) : (parseAddress(value)?.href ?? value);
	const textOf = (key: string, setting: Setting | undefined) =>
		setting?.values.map((value) => full(key, value)).join('\n\n');
	return new Map([...passedOn].filter(([key, setting]) => textOf(key, setting) !== textOf(key, files.get(key))));
}

/** The folder whose .npmrc is the project's: the one that npm found, if it ran this, else the one that it would find. */
function projectFolder({ env, cwd }: Surroundings): string {
	const npms = env.npm_config_local_prefix;
	return npms && (cwd === npms || cwd.startsWith(npms + sep)) ? npms : findProjectFolder(cwd);
}

/**
 * Files in npm's form, the first one that has a setting decides on it. A file that is not there says nothing.
 * @param hosts for which variables may be put in; any where that is absent.
 */
function readConfigFiles(
	files: readonly (string | undefined)[],
	env: Surroundings['env'],
	hosts?: ReadonlySet<string>,
): Settings {
	const layers = [...new Set(files)].filter((file) => file !== undefined && existsSync(file)) as string[];
	return merged(layers.map((file) => readConfigFile(file, env, hosts)));
}

function readConfigFile(file: string, env: Surroundings['env'], hosts: ReadonlySet<string> | undefined): Settings {
	const settings = new Map<string, Setting>();
	for (const [key, value] of Object.entries(parseIni(readText(file)))) {
		const given = [value].flat().filter((one) => one === null || typeof one !== 'object');
		if (given.length === 0) continue;
		const written = given.map(String);
		const filled = written.map((one) => expand(one, env));
		const isKept = !hosts || written.every((one, index) => isForNamed(key, one, filled[index] ?? '', hosts));
		const isWithheld = !isKept && filled.join() !== written.join();
		settings.set(hosts ? key : expand(key, env), {
			values: isKept ? filled : written,
			place: file,
			written: written[0] ?? '',
			...(isWithheld && { isWithheld }),
		});
	}
	return settings;
}

/** Settings that name files of this machine, or hosts that are asked directly: nothing of them is sent. */
const NEVER_SENT: ReadonlySet<string> = new Set(['cafile', 'ca', 'noproxy', 'strict-ssl']);

/**
 * Whether variables may be put into a setting of a project's file. Whoever wrote that file chooses the variable and where it goes, so
 * the host must be one of `hosts`, written without variables, and the same afterwards.
 */
function isForNamed(key: string, written: string, filled: string, hosts: ReadonlySet<string>): boolean {
	if (key.startsWith('//')) return hosts.has(hostOf(`https:${key}`) ?? '');
	if (!isAddressKey(key)) return NEVER_SENT.has(key);
	const host = hostOf(written);
	return host !== undefined && hosts.has(host) && hostOf(filled) === host;
}

/** Puts variables in: `${NAME}` stays as it is where there is none, `${NAME?}` is empty then, `\${NAME}` is none. */
function expand(text: string, env: Surroundings['env']): string {
	return text.replace(/(\\*)\$\{([^${}]+?)(\??)\}/g, (whole, escapes: string, name: string, optional: string) => {
		const kept = escapes.slice(0, escapes.length / 2);
		if (escapes.length % 2 === 1) return kept + whole.slice(escapes.length);
		return kept + (env[name] ?? (optional === '' ? `\${${name}}` : ''));
	});
}
