// The test service's stubs, read from the protos by the official loader, and its published sizes.
'use strict';
const path = require('path');
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');

const protos = path.join(__dirname, '..', '..', 'Interop', 'Protos');
const { testing } = grpc.loadPackageDefinition(
  loader.loadSync('grpc/testing/test.proto', { includeDirs: [protos], keepCase: true, defaults: true, enums: String }),
).grpc;

// The values of flags such as --port 10000; a flag with a list of names takes as many values.
function flags(byDefault) {
  const values = { ...byDefault };
  const words = process.argv.slice(2);
  while (words.length > 0) {
    const name = words.shift().replace(/^--/, '');
    if (!(name in byDefault)) {
      const known = Object.keys(byDefault).map((flag) => `--${flag}`);
      console.error(`there is no flag --${name}; flags: ${known.join(' ')}`);
      process.exit(2);
    }
    values[name] = Array.isArray(byDefault[name]) ? words.splice(0, 2) : words.shift();
  }
  return values;
}

module.exports = {
  grpc,
  flags,
  TestService: testing.TestService,
  UnimplementedService: testing.UnimplementedService,
  largeRequest: 271828,
  largeResponse: 314159,
  requestSizes: [27182, 8, 1828, 45904],
  responseSizes: [31415, 9, 2653, 58979],
  initialKey: 'x-grpc-test-echo-initial',
  trailingKey: 'x-grpc-test-echo-trailing-bin',
  zeros: (size) => ({ body: Buffer.alloc(size) }),
};
