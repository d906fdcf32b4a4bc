/** What a service refused, as errors. */
import { status as Code, type ServiceError } from '@grpc/grpc-js';

import {
  readDetails, type Details, type FieldViolation, type PreconditionViolation, type QuotaViolation, type Resource,
} from './details.js';

/** gRPC's name of a kind of error, e.g. "INVALID_ARGUMENT". */
export type StatusName = Exclude<keyof typeof Code, 'OK'>;

/** A call failed. `message` is one sentence, the service's own. */
export class KoopmanMeshError extends Error {
  override readonly name: string = 'KoopmanMeshError';
  readonly code: StatusName;
  /** UPPER_SNAKE, e.g. "RUN_NOT_FOUND"; empty where the service gave none. */
  readonly reason: string;
  /** Who gives the reason its meaning: "koopman.koopmanmesh" for the mesh's own. */
  readonly domain: string;
  readonly metadata: Readonly<Record<string, string>>;
  /** Fields of the request that are wrong. */
  readonly violations: readonly FieldViolation[];
  /** What has to change before the same call can succeed. */
  readonly preconditions: readonly PreconditionViolation[];
  /** Limits that are used up. */
  readonly quotas: readonly QuotaViolation[];
  /** What does not exist, or exists already. */
  readonly resource: Resource | undefined;
  /** Milliseconds after which the same call may succeed. */
  readonly retryDelayMs: number | undefined;

  constructor(code: StatusName, message: string, details: Partial<Details> = {}, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.reason = details.reason ?? '';
    this.domain = details.domain ?? '';
    this.metadata = details.metadata ?? {};
    this.violations = details.violations ?? [];
    this.preconditions = details.preconditions ?? [];
    this.quotas = details.quotas ?? [];
    this.resource = details.resource;
    this.retryDelayMs = details.retryDelayMs;
  }
}

/** No service answered. */
export class Unreachable extends KoopmanMeshError {
  override readonly name = 'Unreachable';
}

/** The error of a failed call; one that is not gRPC's, as it is. */
export function failure(error: unknown): unknown {
  if (!isServiceError(error)) return error;
  const [status] = error.metadata.get('grpc-status-details-bin');
  const details = readDetails(Buffer.isBuffer(status) ? status : undefined);
  const code = (Code[error.code] ?? 'UNKNOWN') as StatusName;
  const Kind = code === 'UNAVAILABLE' && details.reason === '' ? Unreachable : KoopmanMeshError;
  const said = error.details || 'the call failed without a message';
  const message = Kind === Unreachable ? `no service answered; ${advice(said)} (${said.trim()})` : said;
  return new Kind(code, message, details, { cause: error });
}

/** What to do about gRPC's words for a connection that there isn't. */
function advice(said: string): string {
  if (said.includes('certificate')) return 'trust its authority by ca, and call it by the name in its certificate';
  if (said.includes('wrong version number')) return 'it speaks no TLS, so call it without https:// and certificates';
  return "is 'koopmesh serve' running there, does it want https://, is its certificate trusted?";
}

/**
 * Whether a stream broke, rather than being refused: then the same can be tried again. The services give a reason with
 * every refusal; what comes without one was said by the transport.
 */
export function isBroken(error: unknown): error is KoopmanMeshError {
  return error instanceof KoopmanMeshError
    && (error.code === 'UNAVAILABLE' || (error.reason === '' && transport.has(error.code)));
}

const transport: ReadonlySet<string> = new Set(['ABORTED', 'CANCELLED', 'DEADLINE_EXCEEDED', 'INTERNAL', 'UNKNOWN']);

function isServiceError(error: unknown): error is ServiceError {
  return error instanceof Error && 'code' in error && 'details' in error && 'metadata' in error;
}
