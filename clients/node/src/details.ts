/** Reads google.rpc.Status, the error model in `grpc-status-details-bin`, without a package for it. */

/** One field of a protobuf message: its number, and its bytes or (for numbers) its value. */
interface Field { number: number; bytes: Buffer; value: number }

export interface FieldViolation { field: string; description: string }

export interface PreconditionViolation { type: string; subject: string; description: string }

export interface QuotaViolation { subject: string; description: string }

export interface Resource { type: string; name: string; owner: string; description: string }

/** What the details of an error say; empty or absent where it has none. */
export interface Details {
  reason: string;
  domain: string;
  metadata: Record<string, string>;
  violations: FieldViolation[];
  preconditions: PreconditionViolation[];
  quotas: QuotaViolation[];
  resource?: Resource;
  retryDelayMs?: number;
}

/** Reads the details; what can't be read is left out, because the status itself must reach the caller anyway. */
export function readDetails(status: Buffer | undefined): Details {
  const details: Details = {
    reason: '', domain: '', metadata: {}, violations: [], preconditions: [], quotas: [],
  };
  try {
    for (const { bytes } of all(status ?? Buffer.alloc(0), 3)) {
      readers[text(bytes, 1).split('/').pop() ?? '']?.(details, first(bytes, 2)?.bytes ?? Buffer.alloc(0));
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  return details;
}

const readers: Record<string, (details: Details, message: Buffer) => void> = {
  'google.rpc.ErrorInfo': (details, message) => {
    details.reason = text(message, 1);
    details.domain = text(message, 2);
    for (const { bytes } of all(message, 3)) details.metadata[text(bytes, 1)] = text(bytes, 2);
  },
  'google.rpc.BadRequest': (details, message) => {
    for (const { bytes } of all(message, 1)) {
      details.violations.push({ field: text(bytes, 1), description: text(bytes, 2) });
    }
  },
  'google.rpc.PreconditionFailure': (details, message) => {
    for (const { bytes } of all(message, 1)) {
      details.preconditions.push({ type: text(bytes, 1), subject: text(bytes, 2), description: text(bytes, 3) });
    }
  },
  'google.rpc.QuotaFailure': (details, message) => {
    for (const { bytes } of all(message, 1)) {
      details.quotas.push({ subject: text(bytes, 1), description: text(bytes, 2) });
    }
  },
  'google.rpc.ResourceInfo': (details, message) => {
    details.resource = {
      type: text(message, 1), name: text(message, 2), owner: text(message, 3), description: text(message, 4),
    };
  },
  'google.rpc.RetryInfo': (details, message) => {
    const delay = first(message, 1)?.bytes ?? Buffer.alloc(0);
    details.retryDelayMs = (first(delay, 1)?.value ?? 0) * 1000 + (first(delay, 2)?.value ?? 0) / 1e6;
  },
};

const first = (message: Buffer, number: number): Field | undefined => all(message, number)[0];

const text = (message: Buffer, number: number): string => first(message, number)?.bytes.toString() ?? '';

function all(message: Buffer, number: number): Field[] {
  return [...fields(message)].filter((field) => field.number === number);
}

/** The fields of a message; a RangeError where it ends too soon. */
function* fields(message: Buffer): Generator<Field> {
  let at = 0;
  const varint = (): number => {
    for (let value = 0, scale = 1; ; scale *= 128) {
      const byte = message.readUInt8(at++);
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  };
  while (at < message.length) {
    const key = varint();
    const kind = key & 7;
    const value = kind === 0 || kind === 2 ? varint() : kind === 1 ? 8 : 4;
    const end = kind === 0 ? at : at + value;
    if (end > message.length) throw new RangeError(`a field of ${value} bytes does not fit in ${message.length}`);
    yield { number: Math.floor(key / 8), bytes: message.subarray(at, end), value };
    at = end;
  }
}
