/** Writes NPY files. */
import { bytesOf, checkShape, elementType, type Bytes, type Floats, type Tensor } from './tensors.js';

/** The header of an NPY file, version 1.0, and the array's own bytes. */
export function npy({ shape, data }: Tensor<Floats>): [Bytes, Bytes] {
  checkShape('the array', shape, data.length);
  const type = elementType(data) === 'ELEMENT_TYPE_FLOAT64' ? '<f8' : '<f4';
  const extents = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  const text = `{'descr': '${type}', 'fortran_order': False, 'shape': ${extents}, }`;
  // Ten bytes come before the header's text, a line feed after it; all of it is a multiple of 64 bytes.
  const length = Math.ceil((10 + text.length + 1) / 64) * 64 - 10;
  const header = Buffer.alloc(10 + length, ' ');
  header.write('\x93NUMPY\x01\x00', 'latin1');
  header.writeUInt16LE(length, 8);
  header.write(`${text.padEnd(length - 1)}\n`, 10, 'latin1');
  return [header, bytesOf(data)];
}
