/** What a snapshot of a training run holds. */
import type { ParameterTensorInput } from './generated/koopmanmesh/training/v1/ParameterTensor.js';
import { bytesOf, checkShape, elementType, type Floats, type Tensor } from './tensors.js';

/** Arrays by name; one without a shape has one extent. */
export type Weights = Readonly<Record<string, Floats | Tensor<Floats>>>;

/** Names and shapes of a snapshot's tensors, in order; float64 where one of them is, else float32. */
export class Layout {
  readonly elementType: 'ELEMENT_TYPE_FLOAT32' | 'ELEMENT_TYPE_FLOAT64';
  readonly tensors: ParameterTensorInput[];
  readonly #shapes: Map<string, readonly number[]>;
  readonly #values: number;

  constructor(weights: Weights) {
    const arrays = Object.entries(weights).map(([name, array]) => [name, tensorOf(name, array)] as const);
    if (arrays.length === 0) throw new RangeError('a snapshot holds at least one tensor, got none');
    this.#shapes = new Map(arrays.map(([name, { shape }]) => [name, shape]));
    this.#values = arrays.reduce((sum, [, { data }]) => sum + data.length, 0);
    const types = arrays.map(([, { data }]) => elementType(data));
    this.elementType = types.find((type) => type === 'ELEMENT_TYPE_FLOAT64') ?? 'ELEMENT_TYPE_FLOAT32';
    this.tensors = [...this.#shapes].map(([name, shape]) => ({ name, shape: [...shape] }));
  }

  /** The arrays' bytes one after the other, in the layout's order: the one copy that is made of them. */
  pack(weights: Weights): Uint8Array {
    const names = Object.keys(weights);
    if (names.length !== this.#shapes.size) {
      throw new RangeError(`a snapshot of this run holds ${this.#shapes.size} tensors, got ${names.length}`);
    }
    const all = new (this.elementType === 'ELEMENT_TYPE_FLOAT64' ? Float64Array : Float32Array)(this.#values);
    let at = 0;
    for (const [name, expected] of this.#shapes) {
      const array = weights[name];
      if (array === undefined) throw new RangeError(`the snapshot holds no "${name}", which the first one held`);
      const { shape, data } = tensorOf(name, array);
      if (shape.join() !== expected.join()) {
        throw new RangeError(`"${name}" has shape [${shape.join(', ')}], expected [${expected.join(', ')}]`);
      }
      if (all instanceof Float32Array && elementType(data) === 'ELEMENT_TYPE_FLOAT64') {
        throw new TypeError(`"${name}" is float64, the run began with float32`);
      }
      all.set(data, at);
      at += data.length;
    }
    return bytesOf(all);
  }
}

function tensorOf(name: string, array: Floats | Tensor<Floats>): Tensor<Floats> {
  if (ArrayBuffer.isView(array)) return { shape: [array.length], data: array };
  checkShape(`"${name}"`, array.shape, array.data.length);
  return array;
}
