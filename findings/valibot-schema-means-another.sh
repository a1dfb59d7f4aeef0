#!/usr/bin/env bash
# valibot: @valibot/to-json-schema writes the JSON Schema of a valibot schema. Guess: both accept the same texts.
set -euo pipefail
. "$(dirname "$0")/support/common.sh"
use_node
use valibot@1.5.0 @valibot/to-json-schema@1.8.0 ajv@8.20.0 ajv-formats@3.0.1
run <<'JS'
import { toJsonSchema } from '@valibot/to-json-schema';
import Ajv from 'ajv';
import addFormats from 'ajv-formats';
import * as v from 'valibot';

const ajv = new Ajv.default();
addFormats.default(ajv);
const cases = [
	[v.pipe(v.string(), v.isoTimestamp()), ['2026-11-27T12:00:00Z', '2026-02-31T12:00:00Z', '2016-12-31T23:59:60Z', '2026-11-27t12:00:00z']],
	[v.pipe(v.string(), v.url()), ['https://example.org/', 'https://example.org/ä']],
	[v.pipe(v.string(), v.base64()), ['YQ==', 'YQ']],
];
for (const [schema, texts] of cases) {
	const written = toJsonSchema(schema);
	const check = ajv.compile(written);
	for (const text of texts) {
		const word = (isAccepted) => (isAccepted ? 'accepts' : 'refuses');
		console.log(`${schema.pipe[1].type}, ${text}: valibot ${word(v.is(schema, text))}, its JSON Schema ${word(check(text))}`);
	}
}
JS
tell 'The JSON Schema of a valibot time, address or base64 text accepts and refuses other texts than valibot does.' \
	'iso_timestamp, 2026-11-27T12:00:00Z: valibot accepts, its JSON Schema accepts
iso_timestamp, 2026-02-31T12:00:00Z: valibot accepts, its JSON Schema refuses
iso_timestamp, 2016-12-31T23:59:60Z: valibot refuses, its JSON Schema accepts
iso_timestamp, 2026-11-27t12:00:00z: valibot refuses, its JSON Schema accepts
url, https://example.org/: valibot accepts, its JSON Schema accepts
url, https://example.org/ä: valibot accepts, its JSON Schema refuses
base64, YQ==: valibot accepts, its JSON Schema accepts
base64, YQ: valibot refuses, its JSON Schema accepts'
