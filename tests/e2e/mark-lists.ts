/** Owns the lists that the marks are tested in: the page with two hundred and fifty dependencies, and when its marks are filled. */
import { pageAddress } from '../../lib/npm/site.ts';
import type { Release } from '../support/mint.ts';
import { packageOf } from '../support/recordings.ts';
import { type Stage, withoutProvenance } from './harness.ts';

/** The page with the dependencies of `sigstore@2.3.1`. */
export const LIST = `${pageAddress('sigstore', '2.3.1')}?activeTab=dependencies`;

/** Runs in the page: whether so many marks are filled. */
export const areFilled = (count: number) =>
	[...document.querySelectorAll('[data-stamp-of-origin-mark]')].filter((host) => {
		const look = host.shadowRoot?.querySelector('button')?.dataset.look;
		return look !== undefined && look !== 'pending';
	}).length >= count;

/** Runs in the page: whether every mark in view is filled. Less than a pixel of one is not in view. */
export const isViewFilled = () =>
	[...document.querySelectorAll('#tabpanel-dependencies [data-stamp-of-origin-mark]')].every((host) => {
		const { top, bottom } = host.getBoundingClientRect();
		const look = host.shadowRoot?.querySelector('button')?.dataset.look;
		return bottom <= 1 || top >= innerHeight - 1 || (look !== undefined && look !== 'pending');
	});

/** Runs in the page: some frames, after each of which marks may come. */
export async function waitFrames(): Promise<void> {
	for (let frame = 0; frame < 10; frame += 1) await new Promise((resolve) => requestAnimationFrame(resolve));
}

const DEPENDENCIES = Array.from({ length: 250 }, (_name, at) => `dependency-${at}`);

/** Serves sigstore with two hundred and fifty dependencies, of which none has provenance. */
export function serveLongList(stage: Stage): void {
	const release = stage.release('sigstore@2.3.1');
	release.manifest.dependencies = Object.fromEntries(DEPENDENCIES.map((name) => [name, '^1']));
	stage.server.serve(packageOf([release]), ...DEPENDENCIES.map((name) => packageOf([plain(stage, name)])));
}

/** A release of this name without provenance. */
export function plain(stage: Stage, name: string): Release {
	const release = withoutProvenance(stage.release('tuf-js@1.0.0'));
	return { ...release, name, manifest: { ...release.manifest, name } };
}
