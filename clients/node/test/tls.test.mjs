// TLS, mutual TLS and tokens against an official grpc-js server, with certificates that openssl makes here.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { connect, Unreachable } from 'koopmanmesh';

import { RunService } from '../dist/protos.js';

let folder;
let server;
let port;
let seen;

const path = (name) => join(folder, name);

/** A certificate of its own, NAME.pem, and its key, NAME.key. */
function certify(name) {
  execFileSync('openssl', [
    'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1',
    '-subj', `/CN=${name}`, '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1',
    '-keyout', path(`${name}.key`), '-out', path(`${name}.pem`)], { stdio: 'ignore' });
}

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'koopmanmesh-tls-'));
  ['server', 'client', 'stranger'].forEach(certify);
  server = new Server();
  server.addService(RunService.service, {
    GetRun: (call, done) => {
      seen = call.metadata.get('authorization');
      done(null, { status: { runId: 'r-1', state: 'RUN_STATE_QUEUED' } });
    },
  });
  const pair = { cert_chain: readFileSync(path('server.pem')), private_key: readFileSync(path('server.key')) };
  const credentials = ServerCredentials.createSsl(readFileSync(path('client.pem')), [pair], true);
  port = await new Promise((resolve, reject) => server.bindAsync(
    '127.0.0.1:0', credentials, (error, bound) => (error ? reject(error) : resolve(bound))));
});

after(() => {
  server.forceShutdown();
  rmSync(folder, { recursive: true });
});

async function ask(options) {
  const client = connect(`https://127.0.0.1:${port}`, options);
  try {
    return await client.run('r-1').status();
  } finally {
    client.close();
  }
}

test('certificates by path, and a token, reach the server', async () => {
  const status = await ask({
    ca: path('server.pem'), cert: path('client.pem'), key: path('client.key'), token: async () => 'secret' });

  assert.equal(status.state, 'RUN_STATE_QUEUED');
  assert.deepEqual(seen, ['Bearer secret']);
});

test('certificates as text do too', async () => {
  const [ca, cert, key] = ['server.pem', 'client.pem', 'client.key'].map((name) => readFileSync(path(name), 'utf8'));

  assert.equal((await ask({ ca, cert, key })).state, 'RUN_STATE_QUEUED');
});

for (const [what, options] of [
  ['a server of another authority', () => ({
    ca: path('stranger.pem'), cert: path('client.pem'), key: path('client.key') })],
  ['no certificate of its own', () => ({ ca: path('server.pem') })],
  ['a stranger\'s certificate', () => ({
    ca: path('server.pem'), cert: path('stranger.pem'), key: path('stranger.key') })],
]) {
  test(`${what} gives no connection`, async () => {
    await assert.rejects(ask(options()), (error) => error instanceof Unreachable);
  });
}
