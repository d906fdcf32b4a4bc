/** Reads safetensors files: the length of a JSON header, the header, and then every tensor's bytes. */
import type { Bytes, Tensor, TypedArray } from './tensors.js';

/** A file of tensors. The arrays lie in `bytes` itself wherever their element size allows. */
export interface TensorFile<T extends TypedArray = TypedArray> {
  bytes: Uint8Array;
  metadata: Record<string, string>;
  tensors: Record<string, Tensor<T>>;
}

interface Entry { dtype: string; shape: number[]; data_offsets: [number, number] }

const types = { F32: Float32Array, F64: Float64Array, I64: BigInt64Array, U8: Uint8Array } as const;

/** Most bytes of a header, as the format's own library has it. */
const mostHeaderBytes = 100_000_000;

/** Reads a file. */
export function readSafetensors(bytes: Uint8Array): TensorFile {
  const header = readHeader(bytes);
  if (header === undefined) throw new RangeError(`a safetensors file of ${bytes.length} bytes ends in its header`);
  if (header.end !== bytes.length) {
    throw new RangeError(`a safetensors file has ${bytes.length} bytes, its header says ${header.end}`);
  }
  const tensors: Record<string, Tensor> = {};
  for (const [name, entry] of header.entries) tensors[name] = view(bytes, header.start, name, entry);
  return { bytes, metadata: header.metadata, tensors };
}

/** Gathers a file that comes in chunks: each is copied once, into memory of the size that the header says. */
export class SafetensorsAssembler {
  #head: Uint8Array = new Uint8Array(0);
  #file: Uint8Array | undefined;
  #filled = 0;

  constructor(private readonly maxBytes: number) {}

  /** Takes the next bytes. */
  accept(chunk: Bytes): void {
    if (this.#file === undefined) {
      this.#head = joined(this.#head, chunk);
      const header = readHeader(this.#head);
      if (header === undefined && this.#head.length <= this.maxBytes) return;
      const size = header?.end ?? this.#head.length;
      if (size > this.maxBytes) throw new RangeError(`a file has ${size} bytes, maxBytes is ${this.maxBytes}`);
      this.#file = new Uint8Array(size);
      chunk = this.#head;
    }
    if (this.#filled + chunk.length > this.#file.length) {
      throw new RangeError(`a file got ${this.#filled + chunk.length} bytes, its header says ${this.#file.length}`);
    }
    this.#file.set(chunk, this.#filled);
    this.#filled += chunk.length;
  }

  /** The file, after the last chunk. */
  end(): TensorFile {
    if (this.#file === undefined || this.#filled < this.#file.length) {
      throw new RangeError(`a file ended after ${this.#filled || this.#head.length} bytes`);
    }
    return readSafetensors(this.#file);
  }
}

function joined(first: Bytes, second: Bytes): Uint8Array {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}

interface Header {
  start: number;
  end: number;
  metadata: Record<string, string>;
  entries: [string, Entry][];
}

/** The header, or undefined while bytes of it are missing. */
function readHeader(bytes: Uint8Array): Header | undefined {
  if (bytes.length < 8) return undefined;
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  if (length > mostHeaderBytes) throw new RangeError(`a safetensors header of ${length} bytes is not one`);
  const start = 8 + length;
  if (bytes.length < start) return undefined;
  const parsed = JSON.parse(new TextDecoder().decode(bytes.subarray(8, start))) as Record<string, unknown>;
  const metadata = (parsed.__metadata__ ?? {}) as Record<string, string>;
  delete parsed.__metadata__;
  const entries = Object.entries(parsed as Record<string, Entry>);
  const end = entries.reduce((most, [, { data_offsets: [, to] }]) => Math.max(most, start + to), start);
  return { start, end, metadata, entries };
}

function view(bytes: Uint8Array, start: number, name: string, entry: Entry): Tensor {
  const { dtype, shape, data_offsets: [from, to] } = entry;
  const Type = types[dtype as keyof typeof types];
  if (Type === undefined) {
    throw new RangeError(`"${name}" is of ${dtype}, expected one of ${Object.keys(types).join(', ')}`);
  }
  const length = shape.reduce((product, extent) => product * extent, 1);
  if (to - from !== length * Type.BYTES_PER_ELEMENT) {
    throw new RangeError(`"${name}" of ${dtype} [${shape.join(', ')}] has ${to - from} bytes`);
  }
  const at = bytes.byteOffset + start + from;
  const data = at % Type.BYTES_PER_ELEMENT === 0
    ? new Type(bytes.buffer as ArrayBuffer, at, length)
    : new Type(new Uint8Array(bytes.subarray(start + from, start + to)).buffer, 0, length);
  return { shape, data };
}

