/** Owns the content script of the baseline extension: one question to its background, and one text node. */
const [, , name = '', , version = ''] = location.pathname.split('/');
type Runtime = { sendMessage(message: unknown): Promise<string> };
const { runtime } = (globalThis as unknown as { chrome: { runtime: Runtime } }).chrome;

const show = (words: string) => {
	const host = document.createElement('div');
	host.dataset.baseline = String(performance.now());
	host.append(words);
	document.body.append(host);
};

void runtime.sendMessage({ name, version }).then(async (words) => {
	// It is asked before the page has a body.
	if (!document.body) await new Promise((resolve) => document.addEventListener('DOMContentLoaded', resolve));
	show(words);
});
