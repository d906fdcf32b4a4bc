// Starts a mesh with TLS, tokens and a policy, and calls it as who it knows and as who it does not:
//   secure.mjs KOOPMESH FOLDER
// Prints what became of each call as JSON.
import { execFileSync, spawn } from 'node:child_process';
import { createSign, generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { connect } from 'koopmanmesh';

const [program, folder] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
const at = (name) => join(folder, name);

for (const name of ['server', 'stranger']) {
  execFileSync('openssl', [
    'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2',
    '-keyout', at(`${name}.key`), '-out', at(`${name}.pem`), '-subj', `/CN=${name}`,
    '-addext', 'subjectAltName=IP:127.0.0.1'], { stdio: 'ignore' });
}

const issuer = 'https://issuer.test';
const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const key = { ...publicKey.export({ format: 'jwk' }), kid: 'k1', use: 'sig', alg: 'RS256' };
writeFileSync(at('jwks.json'), JSON.stringify({ keys: [key] }));

function token(claims = {}) {
  const now = Math.floor(Date.now() / 1000);
  const said = { iss: issuer, aud: 'koopmanmesh', sub: 'node', scope: 'run', iat: now, nbf: now, exp: now + 600 };
  const signed = [{ alg: 'RS256', typ: 'JWT', kid: 'k1' }, { ...said, ...claims }]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  return `${signed}.${createSign('sha256').update(signed).sign(privateKey).toString('base64url')}`;
}

const mesh = spawn(program, ['serve', '--port', '0', '--data-dir', at('state')], {
  stdio: ['ignore', 'pipe', 'inherit'],
  env: {
    ...process.env,
    Security__Tls__Certificate: at('server.pem'),
    Security__Tls__Key: at('server.key'),
    Security__Tokens__Keys: at('jwks.json'),
    Security__Tokens__Issuer: issuer,
    Security__Tokens__Audience: 'koopmanmesh',
    'Security__Policies__koopmanmesh.operator.v1.OperatorService__Scopes__0': 'operators',
  },
});
const outcomes = {};
try {
  const [line] = await once(createInterface(mesh.stdout), 'line');
  const [endpoint] = /https:\/\/[^/ ]+/.exec(line);
  const ca = at('server.pem');
  const tried = async (name, options, call) => {
    const client = connect(endpoint, options);
    outcomes[name] = await call(client).then(() => 'let in', (error) => error.code);
    client.close();
  };
  const list = (client) => client.trainings();
  await tried('known', { ca, token: token() }, list);
  await tried('nobody', { ca }, list);
  await tried('another audience', { ca, token: token({ aud: 'other' }) }, list);
  await tried('expired', { ca, token: token({ iat: 1, nbf: 1, exp: 2 }) }, list);
  await tried('another certificate', { ca: at('stranger.pem'), token: token() }, list);
  await tried('health', { ca }, (client) => client.health());
  writeFileSync(at('token'), token());
  await tried('without the scope', { ca, tokenFile: at('token') }, (client) => client.methods());
  writeFileSync(at('token'), token({ scope: 'run operators' }));
  await tried('with the scope', { ca, tokenFile: at('token') }, (client) => client.methods());
} finally {
  mesh.kill();
}
console.log(JSON.stringify(outcomes));
