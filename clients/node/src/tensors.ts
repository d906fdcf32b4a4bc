/** How arrays travel: a header and chunks of raw little-endian bytes. */
import { endianness } from 'node:os';

import type { ElementType } from './generated/koopmanmesh/tensor/v1/ElementType.js';
import type { TensorFrame } from './generated/koopmanmesh/tensor/v1/TensorFrame.js';
import type { TensorFrameInput } from './generated/koopmanmesh/tensor/v1/TensorFrame.js';
import type { TensorHeader } from './generated/koopmanmesh/tensor/v1/TensorHeader.js';

if (endianness() !== 'LE') throw new Error('tensors travel little-endian, and this machine is big-endian');

/** Floating-point numbers. */
export type Floats = Float32Array | Float64Array;

export type TypedArray = Floats | BigInt64Array | Uint8Array;

/** An array with extents, row-major: the last index varies fastest. */
export interface Tensor<T extends TypedArray = TypedArray> {
  readonly shape: readonly number[];
  readonly data: T;
}

/** Default of the most bytes that one tensor, or all tensors of one answer, may have. */
export const defaultMaxBytes = 2 ** 30;

/** Bytes of a chunk that is sent; the contract allows 64 KiB for tensors. */
const chunkBytes = 64 * 1024;

const elementTypes = {
  ELEMENT_TYPE_FLOAT32: Float32Array,
  ELEMENT_TYPE_FLOAT64: Float64Array,
  ELEMENT_TYPE_INT64: BigInt64Array,
  ELEMENT_TYPE_UINT8: Uint8Array,
} as const;

/** The name of an array's element type. */
export function elementType(data: Floats): 'ELEMENT_TYPE_FLOAT32' | 'ELEMENT_TYPE_FLOAT64' {
  if (data instanceof Float64Array) return 'ELEMENT_TYPE_FLOAT64';
  if (data instanceof Float32Array) return 'ELEMENT_TYPE_FLOAT32';
  throw new TypeError(`numbers come as Float32Array or Float64Array, got ${kindOf(data)}`);
}

/** Bytes, as Node's own functions return them or as everyone else's. */
export type Bytes = Uint8Array | Buffer;

/** The bytes of an array, which are not copied. */
export function bytesOf(array: ArrayBufferView): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

/** Some bytes in pieces of at most `most`, which are not copied. */
export function* pieces(bytes: Bytes, most: number): Generator<Bytes> {
  for (let at = 0; at < bytes.length; at += most) yield bytes.subarray(at, at + most);
}

/** The frames of one tensor. */
export function* frames(name: string, { shape, data }: Tensor<Floats>): Generator<TensorFrameInput> {
  checkShape(name, shape, data.length);
  yield {
    header: { name, elementType: elementType(data), shape: [...shape], byteLength: data.byteLength },
  };
  for (const piece of pieces(bytesOf(data), chunkBytes)) yield { chunk: { data: piece } };
}

/** Refuses a shape that does not hold as many values as there are. */
export function checkShape(name: string, shape: readonly number[], length: number): void {
  const values = shape.reduce((product, extent) => product * extent, 1);
  if (values !== length) {
    throw new RangeError(`${name} has ${length} values, its shape [${shape.join(', ')}] has ${values}`);
  }
}

/** An array over all of some memory. */
export function arrayOver(type: ElementType, memory: ArrayBuffer, from: number, length: number): TypedArray {
  const Type = elementTypes[type as keyof typeof elementTypes];
  return new Type(memory, from, length);
}

/** Puts frames together to tensors: each has memory of its own, made for its header, and chunks are copied once. */
export class Assembler {
  #header: TensorHeader | undefined;
  #memory: Uint8Array = new Uint8Array(0);
  #filled = 0;
  #room: number;

  /** With at most so many bytes in all tensors together. */
  constructor(private readonly maxBytes: number = defaultMaxBytes) {
    this.#room = maxBytes;
  }

  /** Takes the next frame; returns the tensor that it completes. */
  accept(frame: TensorFrame): { name: string; tensor: Tensor } | undefined {
    if (frame.header) this.#begin(frame.header);
    else this.#fill(frame.chunk?.data ?? Buffer.alloc(0));
    const header = this.#header;
    if (header === undefined || this.#filled < header.byteLength) return undefined;
    this.#header = undefined;
    const data = arrayOver(header.elementType, this.#memory.buffer as ArrayBuffer, 0, valuesOf(header));
    return { name: header.name, tensor: { shape: header.shape, data } };
  }

  /** Refuses an end in the middle of a tensor. */
  end(): void {
    if (this.#header !== undefined) {
      throw new RangeError(
        `"${this.#header.name}" ended after ${this.#filled} bytes, its header says ${this.#header.byteLength}`);
    }
  }

  #begin(header: TensorHeader): void {
    this.end();
    const Type = elementTypes[header.elementType as keyof typeof elementTypes];
    const size = Type === undefined ? NaN : valuesOf(header) * Type.BYTES_PER_ELEMENT;
    if (size !== header.byteLength) {
      throw new RangeError(
        `"${header.name}" of ${header.elementType} [${header.shape.join(', ')}] has ${header.byteLength} bytes`);
    }
    if (size > this.#room) {
      throw new RangeError(
        `"${header.name}" has ${size} bytes, ${this.#room} are left of maxBytes, which is ${this.maxBytes}`);
    }
    this.#room -= size;
    this.#memory = new Uint8Array(size);
    this.#filled = 0;
    this.#header = header;
  }

  #fill(chunk: Bytes): void {
    if (this.#header === undefined) throw new RangeError(`a chunk of ${chunk.length} bytes came before any header`);
    if (this.#filled + chunk.length > this.#memory.length) {
      throw new RangeError(
        `"${this.#header.name}" got ${this.#filled + chunk.length} bytes, its header says ${this.#memory.length}`);
    }
    this.#memory.set(chunk, this.#filled);
    this.#filled += chunk.length;
  }
}

const valuesOf = (header: TensorHeader): number => header.shape.reduce((product, extent) => product * extent, 1);

const kindOf = (value: unknown): string =>
  typeof value === 'object' && value !== null ? value.constructor.name : typeof value;
