// Reads YAML documents from standard input and writes them as JSON, each with what its schema says against it:
//   node manifests.mjs SCHEMAS < manifests.yaml      SCHEMAS holds index.json, which maps apiVersion and kind to a schema
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv';
import { parseAllDocuments } from 'yaml';

const folder = process.argv[2];
const index = JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8'));
// Not Ajv's own strictness: the schemas carry Kubernetes' keywords. Theirs is additionalProperties: false.
const ajv = new Ajv({ strict: false, allErrors: true });
ajv.addFormat('int32', { type: 'number', validate: (n) => Number.isInteger(n) && Math.abs(n) <= 2 ** 31 });
ajv.addFormat('int64', { type: 'number', validate: Number.isInteger });
ajv.addFormat('date-time', (text) => !Number.isNaN(Date.parse(text)));
ajv.addFormat('byte', /^[A-Za-z0-9+/\s]*={0,2}\s*$/);

const validators = new Map();
function validatorOf(apiVersion, kind) {
  const key = `${apiVersion} ${kind}`;
  if (!validators.has(key)) {
    const entry = index.find((e) => e.apiVersion === apiVersion && e.kind === kind);
    validators.set(key, entry && ajv.compile(JSON.parse(readFileSync(join(folder, entry.schema), 'utf8'))));
  }
  return validators.get(key);
}

function errorsOf(document) {
  const validate = validatorOf(document.apiVersion, document.kind);
  if (!validate) return [`no schema for ${document.apiVersion} ${document.kind}`];
  if (validate(document)) return [];
  return validate.errors.map((e) => {
    const what = e.params.additionalProperty ?? e.params.missingProperty ?? '';
    return `${e.instancePath || '/'} ${e.message}${what && `: ${what}`}`;
  });
}

// What kubectl reads is YAML 1.1 (`on` and `yes` are booleans).
const results = parseAllDocuments(readFileSync(0, 'utf8'), { version: '1.1' })
  .flatMap((parsed) => {
    if (parsed.errors.length > 0) throw parsed.errors[0];
    const document = parsed.toJS();
    return document === null ? [] : [{ document, errors: errorsOf(document) }];
  });
process.stdout.write(JSON.stringify(results));
