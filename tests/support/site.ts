/** Owns what our stand-in for npm's website answers: pages as HTML first, and as data to its own script afterwards. */
import { parsePageAddress } from '../../lib/npm/site.ts';
import type { Package } from './recordings.ts';
import { renderPage, runSite, type SitePage } from './site-page.ts';

/** npm's proportions: at most 1200 pixels, two thirds of them for the readme and one for the sidebar. */
const STYLE = `
:root { --background-color: #fff; --color-fg-default: #24292f; --color-fg-muted: #57606a; --color-border-default: #d0d7de; --ground: #f6f8fa; }
html[data-color-mode="dark"] { --background-color: #0d1117; --color-fg-default: #e6edf3; --color-fg-muted: #8b949e; --color-border-default: #30363d; --ground: #161b22; color-scheme: dark; }
body { margin: 0; background: var(--background-color); color: var(--color-fg-default); font: 16px/1.5 "Source Sans Pro", "Lucida Grande", sans-serif; }
header { display: flex; gap: 16px; align-items: center; border-bottom: 1px solid var(--color-border-default); padding: 12px 24px; font-weight: bold; }
header i { flex: 1; border-radius: 4px; padding: 8px 16px; background: var(--ground); color: var(--color-fg-muted); font: 14px sans-serif; }
main { display: block; max-width: 1200px; margin: 0 auto; padding: 16px; }
a { color: inherit; }
code { font: 14px/1.5 monospace; }
pre { overflow: auto; padding: 16px; border-radius: 4px; background: var(--ground); margin: 0 0 16px; }
.markdown h1, .markdown h2 { margin: 24px 0 16px; border-bottom: 1px solid var(--color-border-default); padding-bottom: 6px; font-size: 24px; }
.markdown h2 { font-size: 20px; }
ul[role="tablist"] { display: flex; flex-wrap: wrap; list-style: none; padding: 0; gap: 8px; margin: 16px 0; }
ul[role="tablist"] li { flex: 1 1 100px; text-align: center; background: var(--ground); border-bottom: 2px solid var(--color-border-default); padding: 8px; }
ul[role="tablist"] li:has([aria-selected="true"]) { border-color: currentcolor; font-weight: bold; }
ul[role="tablist"] a { text-decoration: none; }
td { padding: 4px 48px 4px 0; }
.head > :first-child { margin: 0; font-size: 24px; font-weight: bold; }
.columns { display: flex; }
.wide { flex: 2 1 0; min-width: 0; padding-right: 24px; }
aside { flex: 1 1 0; min-width: 0; }
aside h3 { color: var(--color-fg-muted); font-size: 16px; margin: 12px 0 4px; }
aside p { margin: 0; }
aside p:has(> code) { border: 1px solid var(--color-border-default); border-radius: 4px; padding: 8px 16px; }
.half { display: inline-block; width: 48%; vertical-align: top; }
@media (max-width: 760px) { .columns { display: block; } .wide { padding: 0; } }
`;

/** The page at an address of the site. @param namedBy where a package's page has the name. */
export function sitePage(
	url: URL,
	packages: ReadonlyMap<string, Package>,
	namedBy: Extract<SitePage, { kind: 'package' }>['namedBy'],
): SitePage {
	if (url.pathname === '/search') {
		const query = url.searchParams.get('q') ?? '';
		return { kind: 'search', query, names: [...packages.keys()].filter((name) => name.includes(query)).slice(0, 20) };
	}
	const spec = parsePageAddress(url.href);
	const known = spec && packages.get(spec.name);
	if (!spec || !known) return { kind: 'missing' };
	const { packument } = known;
	const version = spec.kind === 'version' ? spec.selector : (packument['dist-tags'].latest ?? '');
	const manifest = packument.versions[version];
	if (!manifest) return { kind: 'missing' };
	const { dist, description, license, repository, dependencies } = manifest as {
		dist: { unpackedSize?: number; fileCount?: number };
		description?: string;
		license?: string;
		repository?: { url: string };
		dependencies?: Record<string, string>;
	};
	const address = repository?.url.replace(/^git\+/, '').replace(/\.git$/, '');
	return {
		kind: 'package',
		name: spec.name,
		namedBy,
		version,
		description: description ?? 'It has no description.',
		license: license ?? 'none',
		...(address && { repository: address }),
		publishedAt: packument.time[version] ?? '',
		size: `${dist.unpackedSize ?? '?'} B`,
		files: String(dist.fileCount ?? '?'),
		tab: url.searchParams.get('activeTab') ?? 'readme',
		dependencies: Object.keys(dependencies ?? {}),
		versions: Object.entries(packument.versions)
			.reverse()
			.slice(0, 100)
			.map(([of, row]) => ({
				version: of,
				publishedAt: packument.time[of] ?? '',
				hasProvenance: (row.dist as { attestations?: unknown } | undefined)?.attestations !== undefined,
			})),
		tags: Object.entries(packument['dist-tags']),
	};
}

/** A page as the server sends it first, script and data within. */
export function siteHtml(page: SitePage, colorMode: 'light' | 'dark'): string {
	const { title, html } = renderPage(page);
	const data = JSON.stringify(page).replaceAll('<', '\\u003c');
	return `<!doctype html>
<html lang="en" data-color-mode="${colorMode}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${title}</title><style>${STYLE}</style></head>
<body><div id="app"><header>npm<i>Search packages</i></header><main id="main">${html}</main></div>
<script type="application/json" id="data">${data}</script>
<script>(${runSite})(${renderPage})</script></body></html>`;
}
