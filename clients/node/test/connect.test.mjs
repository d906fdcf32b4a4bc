// How endpoints, certificates and tokens are taken.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connect } from 'koopmanmesh';

for (const [endpoint, options, sentence] of [
  ['', {}, /an endpoint is host:port, got ""/],
  ['localhost', {}, /an endpoint is host:port, got "localhost"/],
  ['ftp://localhost:1', {}, /an endpoint is host:port, got "ftp:/],
  ['localhost:5000', { cert: '-----BEGIN' }, /a certificate and its key come together/],
  ['http://localhost:5000', { ca: '-----BEGIN' }, /ca, cert and key need https:\/\//],
  ['mesh.example:5000', { token: 't' }, /a token is not sent to "mesh.example:5000" in the clear/],
  ['dns:///mesh.example:5000', { tokenFile: 'f' }, /in the clear/],
  ['localhost:5000', { token: 't', tokenFile: 'f' }, /token and tokenFile exclude each other/],
]) {
  test(`"${endpoint}" with ${Object.keys(options).join(' and ') || 'nothing'} is refused in a sentence`, () => {
    assert.throws(() => connect(endpoint, options), sentence);
  });
}

for (const endpoint of ['localhost:5000', '127.0.0.1:5000', '[::1]:5000', 'http://localhost:5000/']) {
  test(`a token may go to ${endpoint}, which does not leave the machine`, () => {
    connect(endpoint, { token: 't' }).close();
  });
}

test('a token goes to any host that TLS names', () => {
  connect('https://mesh.example:5000', { token: async () => 't' }).close();
});
