/** The contract, read from the protos that lie beside this file. */
import { loadPackageDefinition } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { fileURLToPath } from 'node:url';

import type { ProtoGrpcType as HealthTypes } from './generated/health.js';
import type { ProtoGrpcType as OperatorTypes } from './generated/operator.js';
import type { ProtoGrpcType as ReplacementTypes } from './generated/replacement.js';
import type { ProtoGrpcType as RunTypes } from './generated/run.js';
import type { ProtoGrpcType as TrainingTypes } from './generated/training.js';

const definition = loadSync(
  [
    ...['run', 'operator', 'replacement', 'training'].map((area) => `koopmanmesh/${area}/v1/${area}.proto`),
    'grpc/health/v1/health.proto',
  ],
  {
    includeDirs: [fileURLToPath(new URL('protos', import.meta.url))],
    // As the types were generated. Counts and sizes stay far below 2^53, where a number still is one.
    longs: Number, enums: String, defaults: true, oneofs: true,
  });

type Contract = RunTypes & OperatorTypes & ReplacementTypes & TrainingTypes & HealthTypes;

const { grpc, koopmanmesh } = loadPackageDefinition(definition) as unknown as Contract;

export const { RunService } = koopmanmesh.run.v1;
export const { OperatorService } = koopmanmesh.operator.v1;
export const { ReplacementService } = koopmanmesh.replacement.v1;
export const { TrainingService } = koopmanmesh.training.v1;
export const { Health } = grpc.health.v1;

interface Field { name: string; type: string; typeName: string; label: string }
type Definition = { type: { field?: Field[]; value?: { name: string }[] } } | undefined;

/**
 * The same message; a TypeError where it has a field or an enum's value that the contract doesn't, which would be left
 * out of what is sent. Types tell that to TypeScript; this tells it to JavaScript.
 */
export function checked<T extends object>(type: string, message: T): T {
  const fields = find(type)?.type.field;
  if (fields === undefined) return message;
  for (const [name, value] of Object.entries(message)) {
    const field = fields.find((known) => known.name === name);
    if (field === undefined) throw new TypeError(odd(type, `has no field "${name}"`, fields));
    checkValue(`${type.slice(0, type.lastIndexOf('.'))}.${field.typeName}`, field, value);
  }
  return message;
}

function checkValue(type: string, { type: kind, label, name }: Field, value: unknown): void {
  for (const item of label === 'LABEL_REPEATED' && Array.isArray(value) ? value : [value]) {
    if (kind === 'TYPE_MESSAGE' && typeof item === 'object' && item !== null) checked(type, item);
    const values = kind === 'TYPE_ENUM' && typeof item === 'string' ? find(type)?.type.value : undefined;
    if (values !== undefined && !values.some((known) => known.name === item)) {
      throw new TypeError(odd(type, `has no value "${item}", which ${name} was given`, values));
    }
  }
}

function odd(type: string, sentence: string, known: readonly { name: string }[]): string {
  return `${type.slice(type.lastIndexOf('.') + 1)} ${sentence}, expected one of ${known.map((k) => k.name).join(', ')}`;
}

// A type of another package, or within another type, is not found, and its fields are left to the service.
function find(type: string): Definition {
  return (definition as unknown as Record<string, Definition>)[type];
}
