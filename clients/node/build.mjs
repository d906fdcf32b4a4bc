// Builds the package into dist/: types generated from the protos, compiled TypeScript, and the protos themselves.
//   node build.mjs [FOLDER]   with a FOLDER, of a copy of this package there
import { cpSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const protos = join(here, '..', '..', 'protos');
const at = process.argv[2] === undefined ? here : resolve(process.argv[2]);
const made = ['dist', 'generated', 'node_modules'];
if (at !== here) {
  rmSync(at, { recursive: true, force: true });
  cpSync(here, at, { recursive: true, filter: (path) => path === here || !made.includes(basename(path)) });
}

const require = createRequire(import.meta.url);
const run = (script, ...args) => execFileSync(process.execPath, [script, ...args], { cwd: at, stdio: 'inherit' });
const files = readdirSync(join(protos, 'koopmanmesh'), { recursive: true })
  .filter((file) => file.endsWith('.proto'))
  .map((file) => join('koopmanmesh', file))
  .concat(join('grpc', 'health', 'v1', 'health.proto'));

const generated = join(at, 'src', 'generated');
rmSync(generated, { recursive: true, force: true });
run(
  join(dirname(require.resolve('@grpc/proto-loader/package.json')), 'build', 'bin', 'proto-loader-gen-types.js'),
  '--longs=Number', '--enums=String', '--defaults', '--oneofs', '--includeComments', '--grpcLib=@grpc/grpc-js',
  '--importFileExtension=.js', '--inputTemplate=%sInput', '--outputTemplate=%s',
  `--includeDirs=${protos}`, `--outDir=${generated}`, ...files);

rmSync(join(at, 'dist'), { recursive: true, force: true });
run(join(dirname(require.resolve('typescript/package.json')), 'bin', 'tsc'), '--project', at);
for (const file of files) {
  const to = join(at, 'dist', 'protos', file);
  mkdirSync(dirname(to), { recursive: true });
  cpSync(join(protos, file), to);
}
