/** Uploads: files stored under the SHA-256 of their content. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';

import type { CallOptions, Calls } from './calls.js';
import type { ArtifactRef } from './generated/koopmanmesh/run/v1/ArtifactRef.js';
import type { RunServiceClient } from './generated/koopmanmesh/run/v1/RunService.js';
import type { UploadArtifactRequestInput } from './generated/koopmanmesh/run/v1/UploadArtifactRequest.js';
import { pieces, type Bytes, type Floats, type Tensor } from './tensors.js';
import { npy } from './npy.js';

/** The path of a file, its bytes, or a stream of them; an array of rows travels as an NPY file. */
export type Source = string | URL | Bytes | Tensor<Floats> | AsyncIterable<Bytes>;

export interface UploadOptions extends CallOptions {
  /** Name in reports; default that of the file. */
  name?: string | undefined;
}

/** Bytes of one message, as the contract limits them. */
const chunkBytes = 64 * 1024;

/** Stores a source's content; what is stored already is not sent again, unless it comes as a stream. */
export async function upload(
  runs: RunServiceClient, calls: Calls, source: Source, { name, ...options }: UploadOptions = {},
): Promise<ArtifactRef> {
  const content = contentOf(source);
  const header = { name: name ?? content.name, digest: content.rewinds ? await digest(content.open(), options) : '' };
  const stored = await calls.send(
    runs, runs.uploadArtifact, messages(header, content.open()), options);
  return { digest: stored.digest, name: header.name };
}

interface Content { name: string; rewinds: boolean; open: () => AsyncIterable<Bytes> | Iterable<Bytes> }

function contentOf(source: Source): Content {
  if (typeof source === 'string' || source instanceof URL) {
    const path = typeof source === 'string' ? source : fileURLToPath(source);
    return {
      name: basename(path), rewinds: true, open: () => createReadStream(path, { highWaterMark: chunkBytes }),
    };
  }
  if (source instanceof Uint8Array) return { name: 'bytes', rewinds: true, open: () => [source] };
  if (Symbol.asyncIterator in source) return { name: 'stream', rewinds: false, open: () => source };
  const parts = npy(source);
  return { name: 'array.npy', rewinds: true, open: () => parts };
}

async function digest(chunks: AsyncIterable<Bytes> | Iterable<Bytes>, { signal }: CallOptions): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of chunks) {
    signal?.throwIfAborted();
    hash.update(chunk as Uint8Array);
  }
  return hash.digest('hex');
}

async function* messages(
  header: { name: string; digest: string },
  chunks: AsyncIterable<Bytes> | Iterable<Bytes>): AsyncGenerator<UploadArtifactRequestInput> {
  yield { header };
  for await (const chunk of chunks) {
    for (const data of pieces(chunk, chunkBytes)) yield { data };
  }
}
