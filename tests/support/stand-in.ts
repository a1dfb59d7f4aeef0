/** Owns how a local server stands in for hosts: where a browser's proxy is asked to connect, whatever the host, it arrives here. */
import type { RequestListener, Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Socket } from 'node:net';
import { selfSignedTls } from './certificate.ts';

/**
 * Lets a plain server be a proxy too, behind which every host is the same https server with a certificate that nobody vouches for.
 * @param hosts that the certificate names.
 * @param answer what each request gets, whichever host it is for.
 */
export async function standIn(proxy: Server, hosts: string[], answer: RequestListener): Promise<void> {
	const secure = createTlsServer(await selfSignedTls(hosts), answer);
	secure.on('tlsClientError', (_error, socket) => socket.destroy());
	proxy.on('connect', (_request, socket: Socket) => {
		socket.on('error', () => socket.destroy());
		socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
		// Whatever the host: we are it.
		secure.emit('connection', socket);
	});
}
