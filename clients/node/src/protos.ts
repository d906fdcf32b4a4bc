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
