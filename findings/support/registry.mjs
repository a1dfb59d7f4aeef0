/** Owns a registry on the loopback interface: packages that exist only for one run, answered as npm's registry answers. */
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { gzipSync } from 'node:zlib';

/** The integrity string of some bytes. */
export function integrityOf(bytes, algorithm = 'sha512') {
	return `${algorithm}-${createHash(algorithm).update(bytes).digest('base64')}`;
}

/** A package's file, made of `{ path: text }`. */
export function pack(files) {
	const parts = [];
	for (const [path, text] of Object.entries(files)) {
		const bytes = Buffer.from(text);
		parts.push(headerOf(`package/${path}`, bytes.length), bytes, Buffer.alloc(-bytes.length & 511));
	}
	return gzipSync(Buffer.concat([...parts, Buffer.alloc(1024)]));
}

function headerOf(name, size) {
	const header = Buffer.alloc(512);
	const fields = {
		0: name,
		100: '0000644',
		108: '0000000',
		116: '0000000',
		136: '00000000000',
		156: '0',
		257: 'ustar',
	};
	for (const [at, text] of Object.entries(fields)) header.write(text, Number(at));
	header.write(size.toString(8).padStart(11, '0'), 124);
	header.write('00', 263);
	header.fill(' ', 148, 156);
	header.write(
		`${header
			.reduce((sum, byte) => sum + byte, 0)
			.toString(8)
			.padStart(6, '0')}\0 `,
		148,
	);
	return header;
}

/**
 * Starts the registry.
 * @param packages `{ name: { tags, versions: { version: { manifest?, dist?, bytes?, time? } } } }`; `dist` may be a function
 *   of the file's bytes and lays itself over the usual one, in which `undefined` takes a field away.
 * @param answer Called before all else with request and response; true where it has answered.
 */
export async function startRegistry(packages, answer = () => false) {
	const server = createServer((request, response) => {
		if (answer(request, response)) return;
		const path = decodeURIComponent(request.url.slice(1).split('?')[0]);
		const [, name, version] = /^(.+)\/-\/.+?-(\d.*)\.tgz$/.exec(path) ?? [];
		if (packages[name]?.versions[version]) return response.end(fileOf(name, version));
		if (packages[path]) return sendJson(response, packumentOf(path));
		sendJson(response, { error: 'not found' }, 404);
	});
	await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
	const url = `http://127.0.0.1:${server.address().port}/`;

	function fileOf(name, version) {
		const release = packages[name].versions[version];
		release.bytes ??= pack({ 'package.json': JSON.stringify({ name, version, ...release.manifest }), 'index.js': '' });
		return release.bytes;
	}
	function packumentOf(name) {
		const time = {};
		const versions = {};
		for (const [version, release] of Object.entries(packages[name].versions)) {
			const bytes = fileOf(name, version);
			time[version] = release.time ?? '2020-01-01T00:00:00.000Z';
			versions[version] = {
				name,
				version,
				...release.manifest,
				dist: {
					tarball: `${url}${name}/-/${name.split('/').at(-1)}-${version}.tgz`,
					shasum: createHash('sha1').update(bytes).digest('hex'),
					integrity: integrityOf(bytes),
					...(typeof release.dist === 'function' ? release.dist(bytes) : release.dist),
				},
			};
		}
		const modified = Object.values(time).sort().at(-1);
		return {
			name,
			'dist-tags': packages[name].tags,
			versions,
			time: { created: modified, modified, ...time },
			modified,
		};
	}
	return { url, fileOf, packumentOf, close: () => server.close() };
}

/** Sends JSON. */
export function sendJson(response, value, status = 200) {
	response.writeHead(status, { 'content-type': 'application/json' });
	response.end(JSON.stringify(value));
}
