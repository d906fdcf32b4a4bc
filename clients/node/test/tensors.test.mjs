// Tensors, NPY and safetensors, as the contract and the formats' own documents have them.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Assembler, frames } from '../dist/tensors.js';
import { npy } from '../dist/npy.js';
import { readSafetensors, SafetensorsAssembler } from '../dist/safetensors.js';

const header = (over = {}) => ({
  header: { name: 'a', elementType: 'ELEMENT_TYPE_FLOAT32', shape: [2, 3], byteLength: 24, ...over },
});
const chunk = (bytes) => ({ chunk: { data: Buffer.alloc(bytes) } });

test('a tensor that is sent and received is the same', () => {
  const data = Float64Array.from({ length: 40_000 }, (_, i) => Math.sin(i));
  const assembler = new Assembler();
  const sent = [...frames('states', { shape: [200, 200], data })];

  const received = sent.map((frame) => assembler.accept(frame)).at(-1);

  assert.deepEqual(received, { name: 'states', tensor: { shape: [200, 200], data } });
  assert.ok(sent.every(({ chunk }) => !chunk || chunk.data.length <= 65_536));
});

test('what is sent is not copied', () => {
  const data = new Float32Array(100_000);

  const [, first] = frames('x', { shape: [100_000], data });

  assert.equal(first.chunk.data.buffer, data.buffer);
});

test('every byte that comes is copied once, into the tensor', () => {
  const assembler = new Assembler();
  const bytes = Buffer.from(Float32Array.of(1, 2, 3, 4, 5, 6).buffer);

  assembler.accept(header());
  assembler.accept({ chunk: { data: bytes.subarray(0, 7) } });
  const { tensor } = assembler.accept({ chunk: { data: bytes.subarray(7) } });

  assert.deepEqual([...tensor.data], [1, 2, 3, 4, 5, 6]);
  assert.equal(tensor.data.buffer.byteLength, 24);
});

test('an empty tensor is complete with its header', () => {
  const { tensor } = new Assembler().accept(header({ shape: [0, 3], byteLength: 0 }));

  assert.equal(tensor.data.length, 0);
});

for (const [what, sequence, sentence] of [
  ['a chunk without a header', [chunk(4)], /a chunk of 4 bytes came before any header/],
  ['more bytes than announced', [header(), chunk(28)], /"a" got 28 bytes, its header says 24/],
  ['a length that is not the shape\'s', [header({ byteLength: 20 })], /FLOAT32 \[2, 3\] has 20 bytes/],
  ['an unknown element type', [header({ elementType: 'ELEMENT_TYPE_UNSPECIFIED' })], /ELEMENT_TYPE_UNSPECIFIED/],
  ['a header within a tensor', [header(), chunk(4), header()], /"a" ended after 4 bytes, its header says 24/],
]) {
  test(`${what} is refused`, () => {
    const assembler = new Assembler();

    assert.throws(() => sequence.forEach((frame) => assembler.accept(frame)), sentence);
  });
}

test('a header that promises more than maxBytes allocates nothing', () => {
  const assembler = new Assembler(30);

  assembler.accept(header());
  assembler.accept(chunk(24));

  assert.throws(() => assembler.accept(header()), /"a" has 24 bytes, 6 are left of maxBytes, which is 30/);
});

test('an NPY file has the header of the format, padded to 64 bytes', () => {
  const [head, bytes] = npy({ shape: [2, 1], data: Float32Array.of(1, 2) });

  assert.equal(head.length % 64, 0);
  assert.equal(
    head.toString('latin1').trimEnd(),
    `\x93NUMPY\x01\x00\x76\x00{'descr': '<f4', 'fortran_order': False, 'shape': (2, 1), }`);
  assert.equal(bytes.length, 8);
});

function safetensors(padding) {
  const json = JSON.stringify({
    __metadata__: { method: 'dmd' },
    mask: { dtype: 'U8', shape: [8], data_offsets: [0, 8] },
    reduced: { dtype: 'F64', shape: [1, 2], data_offsets: [8, 24] },
  });
  const text = json.padEnd(Math.ceil(json.length / 8) * 8 + padding);
  const head = Buffer.alloc(8);
  head.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([head, Buffer.from(text), Buffer.alloc(8, 1), Buffer.from(Float64Array.of(3, 4).buffer)]);
}

test('matrices of a file lie in its own bytes', () => {
  const assembler = new SafetensorsAssembler(1 << 20);

  for (const byte of safetensors(0)) assembler.accept(Buffer.of(byte));
  const { bytes, metadata, tensors } = assembler.end();

  assert.deepEqual(metadata, { method: 'dmd' });
  assert.deepEqual(tensors.reduced, { shape: [1, 2], data: Float64Array.of(3, 4) });
  assert.equal(tensors.reduced.data.buffer, bytes.buffer);
});

test('a matrix whose place in the file no element may have is copied', () => {
  const { tensors } = readSafetensors(safetensors(1));

  assert.deepEqual(tensors.reduced.data, Float64Array.of(3, 4));
});

test('a file beyond maxBytes is refused by its header', () => {
  const assembler = new SafetensorsAssembler(100);

  assert.throws(() => assembler.accept(safetensors(0)), /maxBytes is 100/);
});

test('a file that ends too soon is refused', () => {
  const assembler = new SafetensorsAssembler(1 << 20);
  assembler.accept(safetensors(0).subarray(0, -1));

  assert.throws(() => assembler.end(), /a file ended after \d+ bytes/);
});
