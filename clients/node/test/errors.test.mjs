// Errors: google.rpc.Status in grpc-status-details-bin, written here byte by byte as the protobuf encoding has it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Metadata, status } from '@grpc/grpc-js';
import { KoopmanMeshError, Unreachable } from 'koopmanmesh';

import { failure, isBroken } from '../dist/errors.js';

const varint = (value) => (value < 128 ? [value] : [(value & 127) | 128, ...varint(Math.floor(value / 128))]);
const field = (number, bytes) => Buffer.from([number * 8 + 2, ...varint(bytes.length), ...bytes]);
const text = (number, value) => field(number, Buffer.from(value));
const number = (of, value) => Buffer.from([of * 8, ...varint(value)]);
const message = (...fields) => Buffer.concat(fields);
const any = (type, content) => field(3, message(text(1, `type.googleapis.com/google.rpc.${type}`), field(2, content)));

function failed(code, details, ...parts) {
  const metadata = new Metadata();
  if (parts.length > 0) metadata.set('grpc-status-details-bin', message(number(1, code), text(2, details), ...parts));
  return failure(Object.assign(new Error(details), { code, details, metadata }));
}

test('reason, domain and metadata come from ErrorInfo', () => {
  const error = failed(status.INVALID_ARGUMENT, 'no method nope', any('ErrorInfo', message(
    text(1, 'METHOD_UNKNOWN'), text(2, 'koopman.koopmanmesh'), field(3, message(text(1, 'method'), text(2, 'nope'))))));

  assert.ok(error instanceof KoopmanMeshError);
  assert.equal(error.code, 'INVALID_ARGUMENT');
  assert.equal(error.message, 'no method nope');
  assert.equal(error.reason, 'METHOD_UNKNOWN');
  assert.equal(error.domain, 'koopman.koopmanmesh');
  assert.deepEqual(error.metadata, { method: 'nope' });
});

test('every violated field is there', () => {
  const violation = (path) => field(1, message(text(1, path), text(2, `${path} is wrong`)));

  const error = failed(status.INVALID_ARGUMENT, 'no', any('BadRequest', message(violation('a'), violation('b.c'))));

  assert.deepEqual(error.violations, [
    { field: 'a', description: 'a is wrong' }, { field: 'b.c', description: 'b.c is wrong' }]);
});

test('resource, preconditions, quotas and the delay to retry after are there', () => {
  const error = failed(
    status.RESOURCE_EXHAUSTED, 'later',
    any('ResourceInfo', message(text(1, 'run'), text(2, 'r-1'), text(4, 'there is no run r-1'))),
    any('PreconditionFailure', field(1, message(text(1, 'STATE'), text(2, 'r-1'), text(3, 'it runs')))),
    any('QuotaFailure', field(1, message(text(1, 'client:a'), text(2, '8 calls at a time')))),
    any('RetryInfo', field(1, message(number(1, 2), number(2, 500_000_000)))));

  assert.deepEqual(error.resource, { type: 'run', name: 'r-1', owner: '', description: 'there is no run r-1' });
  assert.deepEqual(error.preconditions, [{ type: 'STATE', subject: 'r-1', description: 'it runs' }]);
  assert.deepEqual(error.quotas, [{ subject: 'client:a', description: '8 calls at a time' }]);
  assert.equal(error.retryDelayMs, 2500);
});

test('an unknown detail is skipped', () => {
  const error = failed(
    status.INTERNAL, 'fault', any('DebugInfo', text(2, 'x')), any('ErrorInfo', text(1, 'INTERNAL_FAULT')));

  assert.equal(error.reason, 'INTERNAL_FAULT');
});

test('malformed details leave the status', () => {
  const error = failed(status.NOT_FOUND, 'nowhere', Buffer.of(0x1a, 0xff, 0x01, 0x00));

  assert.equal(error.code, 'NOT_FOUND');
  assert.equal(error.message, 'nowhere');
  assert.equal(error.reason, '');
});

test('UNAVAILABLE without a reason is Unreachable, with one it is a refusal', () => {
  assert.ok(failed(status.UNAVAILABLE, 'no connection') instanceof Unreachable);
  assert.ok(!(failed(status.UNAVAILABLE, 'draining', any('ErrorInfo', text(1, 'DRAINING'))) instanceof Unreachable));
});

test('where nobody answers there is advice', () => {
  for (const [said, advice] of [
    ['connect ECONNREFUSED', 'koopmesh serve'], ['unable to verify the first certificate', 'by ca'],
    ['wrong version number', 'speaks no TLS'],
  ]) {
    const { message } = failed(status.UNAVAILABLE, said);
    assert.ok(message.includes(advice) && message.includes(said), message);
  }
});

test('a stream broke where the transport ended it, not where a service refused', () => {
  assert.ok(isBroken(failed(status.INTERNAL, 'reset')));
  assert.ok(!isBroken(failed(status.INTERNAL, 'fault', any('ErrorInfo', text(1, 'INTERNAL_FAULT')))));
  assert.ok(!isBroken(failed(status.NOT_FOUND, 'nowhere')));
});
