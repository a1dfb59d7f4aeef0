/**
 * Owns the look and the manner of our stand-in for npm's website, written from the hooks that extensions rely on.
 * Both functions run in the page as well: the server sends their text, so neither may use anything outside of itself.
 */

/** What one page of the site shows. */
export type SitePage =
	| {
			kind: 'package';
			name: string;
			/** Where the name stands beside the document's title: in a heading, in the sidebar's install command, or nowhere. */
			namedBy: 'h1' | 'h2' | 'sidebar' | 'title';
			version: string;
			/** Near the end of the readme, beside the sidebar's panel. */
			description: string;
			license: string;
			repository?: string;
			publishedAt: string;
			size: string;
			files: string;
			tab: string;
			dependencies: string[];
			/** The newest first. */
			versions: { version: string; publishedAt: string; hasProvenance: boolean }[];
			tags: [tag: string, version: string][];
	  }
	| { kind: 'search'; query: string; names: string[] }
	| { kind: 'missing' };

/** A page's title, and what stands in its `main`. */
export function renderPage(page: SitePage): { title: string; html: string } {
	const text = (value: string) => value.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
	if (page.kind === 'missing') return { title: 'npm', html: '<h1>404</h1><p>There is nothing here.</p>' };
	if (page.kind === 'search') {
		const results = page.names.map(
			(name) =>
				`<section><a href="/package/${name}" target="_self"><h3>${text(name)}</h3></a><p>A package.</p></section>`,
		);
		return {
			title: `${page.query} - npm search`,
			html: `<h1>Search</h1><p>${page.names.length} packages found</p><div id="results">${results.join('')}</div>`,
		};
	}
	const { name, version, tab } = page;
	const address = `/package/${name}`;
	const link = (which: string) => `<a href="${address}/v/${which}">${text(which)}</a>`;
	const time = (iso: string) => `<time datetime="${iso}">${iso.slice(0, 10)}</time>`;
	const tabs = [
		['readme', 'readme', 'Readme'],
		['code', 'explore', 'Code'],
		['dependencies', 'dependencies', `${page.dependencies.length} Dependencies`],
		['dependents', 'dependents', '0 Dependents'],
		['versions', 'versions', `${page.versions.length} Versions`],
	] as const;
	const mark = (has: boolean) => (has ? '<span><div><button aria-label="Provenance">\u2713</button></div></span>' : '');
	const hasProvenance = page.versions.some((row) => row.version === version && row.hasProvenance);
	const code = (line: string) => `<pre><code>${text(line)}</code></pre>`;
	const chapters = [
		['Usage', `<p>Import it where you need it.</p>${code(`import it from '${name}';`)}`],
		[
			'Options',
			'<p>Each option has a default, so that most callers name none.</p><p>Later options win over earlier ones.</p>',
		],
		['Errors', '<p>It throws where the caller is wrong, and returns what is expected to happen.</p>'],
		[
			'About',
			`<p>${text(page.description)}</p><p>This page is a local copy of the form of npm's page, with a readme of its own.</p>`,
		],
	].map(([heading, words]) => `<h2>${heading}</h2>${words}`);
	const panels: Record<string, string> = {
		readme: `<article><div id="readme" class="markdown"><h1>${text(name)}</h1>${code(`npm install ${name}`)}${chapters.join('')}</div></article>${
			hasProvenance ? '<div><h2 id="provenance">Provenance</h2><div>Built and signed on GitHub Actions</div></div>' : ''
		}`,
		explore: '<p>Files of the package</p>',
		dependencies: `<h2>Dependencies (${page.dependencies.length})</h2><ul aria-label="Dependencies">${page.dependencies
			.map((dependency) => `<li><a href="/package/${dependency}">${text(dependency)}</a></li>`)
			.join('')}</ul>`,
		dependents: '<p>None known</p>',
		versions: `<h3 id="current-tags">Current Tags</h3><table aria-labelledby="current-tags"><tbody>${page.tags
			.map(([tag, of]) => `<tr><td>${link(of)}</td><td>0</td><td>${text(tag)}</td></tr>`)
			.join('')}</tbody></table><h3 id="version-history">Version History</h3>
			<table aria-labelledby="version-history"><tbody>${page.versions
				.map(
					(row) =>
						`<tr><td>${link(row.version)}${mark(row.hasProvenance)}</td><td>0</td><td>${time(row.publishedAt)}</td></tr>`,
				)
				.join('')}</tbody></table>`,
	};
	const heading = page.namedBy === 'h1' || page.namedBy === 'h2' ? page.namedBy : 'div';
	const install = `<h3>Install</h3><div><p><code>npm i ${text(name)}</code></p></div>`;
	const fact = (heading: string, value: string) => `<div class="half"><h3>${heading}</h3><p>${value}</p></div>`;
	return {
		title: `${name} - npm`,
		html: `<div id="top">
<div class="head"><${heading}><span>${text(name)}</span></${heading}><span>${text(version)}</span><span>&nbsp;\u2022&nbsp;Public</span><span>&nbsp;\u2022&nbsp;Published ${time(page.publishedAt)}</span></div>
<ul role="tablist">${tabs
			.map(
				([id, , label]) =>
					`<li><a role="tab" id="package-tab-${id}" href="?activeTab=${id}" aria-selected="${id === tab}"><span>${label}</span></a></li>`,
			)
			.join('')}</ul>
<div class="columns"><div class="wide"><span>${tabs
			.map(
				([id, panel]) =>
					`<section id="tabpanel-${panel}" role="tabpanel" aria-labelledby="package-tab-${id}"${id === tab ? '' : ' hidden'}>${panels[panel]}</section>`,
			)
			.join('')}</span></div>
<aside aria-label="Package sidebar">${page.namedBy === 'title' ? '' : install}
${page.repository ? `<div><h3 id="repository">Repository</h3><p><a href="${text(page.repository)}" aria-labelledby="repository repository-link"><span id="repository-link">${text(page.repository.replace('https://', ''))}</span></a></p></div>` : ''}
<div><h3>Weekly Downloads</h3><div><p>1,234</p></div></div>
<div class="half"><h3>Version</h3><div><p>${text(version)}</p>${mark(hasProvenance)}</div></div>
${fact('License', text(page.license))}${fact('Unpacked Size', page.size)}${fact('Total Files', page.files)}${fact('Last publish', time(page.publishedAt))}
<div><h3 id="collaborators">Collaborators</h3><ul><li>somebody</li></ul></div>
<div><a href="/support">Report malware</a></div></aside></div></div>`,
	};
}

/**
 * The page's own script. Like npm's React it takes over the server's HTML, and throws it all away and draws it anew where it
 * finds foreign nodes in it; it moves by `history.pushState`, shows the old page until the new one's data has come by XHR, and
 * then changes nodes in place, leaving alone what it did not make. `site.drop()` draws the sidebar anew, foreign nodes and all.
 */
export function runSite(render: typeof renderPage): void {
	const main = document.querySelector('main') as HTMLElement;
	let drawn = readDrawn();
	let latest = 0;
	const isForeign = (node: Node) =>
		node instanceof HTMLElement &&
		['stampOfOrigin', 'stampOfOriginMark', 'stampOfOriginSign'].some((name) => node.dataset[name] !== undefined);

	function readDrawn(): SitePage {
		return JSON.parse(document.getElementById('data')?.textContent ?? '');
	}

	function own(parent: Node): ChildNode[] {
		return [...parent.childNodes].filter((node) => !isForeign(node));
	}

	/** Makes `before` read like `after`, keeping every node that can be kept. */
	function reconcile(before: Node, after: Node): void {
		const old = own(before);
		for (const [index, wanted] of [...after.childNodes].entries()) {
			const here = old[index];
			if (!here) before.appendChild(wanted.cloneNode(true));
			else if (here.nodeName !== wanted.nodeName) before.replaceChild(wanted.cloneNode(true), here);
			else if (here instanceof Element && wanted instanceof Element) {
				for (const { name } of [...here.attributes]) if (!wanted.hasAttribute(name)) here.removeAttribute(name);
				for (const { name, value } of wanted.attributes)
					if (here.getAttribute(name) !== value) here.setAttribute(name, value);
				reconcile(here, wanted);
			} else if (here.nodeValue !== wanted.nodeValue) here.nodeValue = wanted.nodeValue;
		}
		for (const surplus of old.slice(after.childNodes.length)) surplus.remove();
	}

	function draw(page: SitePage): void {
		const { title, html } = render(page);
		const template = document.createElement('template');
		template.innerHTML = html;
		if (page.kind === drawn.kind) reconcile(main, template.content);
		else main.replaceChildren(template.content);
		document.title = title;
		drawn = page;
	}

	async function show(address: string): Promise<void> {
		latest += 1;
		const mine = latest;
		const response = await fetch(address, { headers: { 'x-spiferack': '1' } });
		const page: SitePage = await response.json();
		if (mine === latest) draw(page);
	}

	document.addEventListener('click', (event) => {
		const link = event.target instanceof Element ? event.target.closest('a[href]') : null;
		if (!(link instanceof HTMLAnchorElement) || link.origin !== location.origin || event.ctrlKey) return;
		event.preventDefault();
		const hasPath = link.pathname !== location.pathname;
		history.pushState({}, '', link.href);
		const tab = new URL(link.href).searchParams.get('activeTab');
		// What is there already needs no request.
		if (!hasPath && tab !== null && drawn.kind === 'package') draw({ ...drawn, tab });
		else void show(link.href);
	});
	window.addEventListener('popstate', () => void show(location.href));

	function drop(): void {
		const aside = document.querySelector('aside');
		const copy = aside?.cloneNode(true) as HTMLElement | undefined;
		for (const node of [...(copy?.childNodes ?? [])]) if (isForeign(node)) copy?.removeChild(node);
		if (copy) aside?.replaceWith(copy);
	}
	Object.assign(window, { site: { drop } });
	if (main.querySelector('[data-stamp-of-origin], [data-stamp-of-origin-mark]')) {
		main.innerHTML = render(drawn).html;
	}
}
