/** What belongs to one connection of a watched run; a new one begins afresh. */
import type { ClientDuplexStream } from '@grpc/grpc-js';

import type { Proposal } from './generated/koopmanmesh/training/v1/Proposal.js';
import type { WatchTrainingRequestInput } from './generated/koopmanmesh/training/v1/WatchTrainingRequest.js';
import type { WatchTrainingResponse } from './generated/koopmanmesh/training/v1/WatchTrainingResponse.js';
import { Assembler, type Tensor } from './tensors.js';

export type TrainingCall = ClientDuplexStream<WatchTrainingRequestInput, WatchTrainingResponse>;

export class TrainingConnection {
  call: TrainingCall | undefined;
  started = false;
  ended = false;
  /** How many of the snapshots that wait for their acknowledgement it has been given. */
  sent = 0;
  command: WatchTrainingRequestInput | undefined;
  proposal: Proposal | undefined;
  tensors: Record<string, Tensor> = {};
  assembler = new Assembler();
}
