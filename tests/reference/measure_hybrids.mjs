// Measures exported hybrids with onnxruntime-node alone: accuracy on the test rows and latency beside the original's.
//   measure_hybrids.mjs REPORT ORIGINAL IMAGES LABELS SCALE HYBRID...
// REPORT is the JSON that koopmesh replace wrote: its seed and fractions say which rows are test rows. IMAGES and LABELS
// are IDX, gzipped or not. Prints one JSON object; nothing of KoopmanMesh is used.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

const ort = createRequire(process.cwd() + "/")("onnxruntime-node");
const [reportFile, original, imageFile, labelFile, scaleText, ...hybrids] = process.argv.slice(2);
const REPEATS = Number(process.env.REPEATS || 300);
const BATCH = 256;

const { options, data } = JSON.parse(readFileSync(reportFile, "utf8"));
const scale = scaleText
  .split("/")
  .map(Number)
  .reduce((a, b) => a / b);
const images = readIdx(imageFile);
const labels = readIdx(labelFile).bytes;
const width = images.axes.slice(1).reduce((a, b) => a * b, 1);
const test = Array.from({ length: Number(data.rows) }, (_, i) => i).filter(isTest);
const rows = Float32Array.from({ length: test.length * width }, (_, k) =>
  Math.fround(images.bytes[test[Math.floor(k / width)] * width + (k % width)] * Math.fround(scale)),
);

const first = await open(original);
const result = { rows: test.length, original: await accuracy(first), hybrids: [] };
for (const file of hybrids) {
  const session = await open(file);
  result.hybrids.push({
    file,
    accuracy: await accuracy(session),
    batch1: await latency(first, session, 1),
    batch256: first.batches && session.batches ? await latency(first, session, BATCH) : null,
  });
}
console.log(JSON.stringify(result, null, 1));

function readIdx(file) {
  const raw = readFileSync(file);
  const bytes = raw[0] === 0x1f ? gunzipSync(raw) : raw;
  const axes = Array.from({ length: bytes[3] }, (_, i) => bytes.readUInt32BE(4 + 4 * i));
  return { axes, bytes: bytes.subarray(4 + 4 * axes.length) };
}

// splitmix64 of the seeded row index, as a number in [0, 1).
function isTest(row) {
  const mask = (1n << 64n) - 1n;
  const mix = value => {
    let z = (value + 0x9e3779b97f4a7c15n) & mask;
    z = ((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n) & mask;
    z = ((z ^ (z >> 27n)) * 0x94d049bb133111ebn) & mask;
    return z ^ (z >> 31n);
  };
  const u = Number(mix((mix(BigInt(options.seed)) + BigInt(row)) & mask) >> 11n) / 2 ** 53;
  return u >= options.fitFraction + options.selectFraction + options.calibrateFraction;
}

async function open(file) {
  const session = await ort.InferenceSession.create(file, {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    logSeverityLevel: 4,
  });
  const { name, shape } = session.inputMetadata[0];
  // An axis of no fixed size is the batch; without one, a single row is fed at a time.
  return { session, name, shape, batches: !Number.isFinite(Number(shape[0])) || Number(shape[0]) <= 0 };
}

async function run({ session, name, shape, batches }, data, n) {
  const dims = batches ? [n, ...shape.slice(1).map(Number)] : shape.map(Number);
  const outputs = await session.run({ [name]: new ort.Tensor("float32", data, dims) });
  return outputs[session.outputNames[0]].data;
}

async function accuracy(model) {
  const step = model.batches ? BATCH : 1;
  let correct = 0;
  for (let i = 0; i < test.length; i += step) {
    const n = Math.min(step, test.length - i);
    const out = await run(model, rows.slice(i * width, (i + n) * width), n);
    const classes = out.length / n;
    for (let r = 0; r < n; r++) {
      const scores = out.slice(r * classes, (r + 1) * classes);
      correct += scores.indexOf(Math.max(...scores)) === labels[test[i + r]] ? 1 : 0;
    }
  }
  return correct / test.length;
}

// Interleaved, so that what else the machine does hits both alike.
async function latency(a, b, n) {
  const data = rows.slice(0, n * width);
  const times = { a: [], b: [], ratios: [] };
  for (let i = -20; i < REPEATS; i++) {
    const [ta, tb] = [await timed(a, data, n), await timed(b, data, n)];
    if (i < 0) continue;
    times.a.push(ta);
    times.b.push(tb);
    times.ratios.push(tb / ta);
  }
  const at = (values, q) => [...values].sort((x, y) => x - y)[Math.floor(q * (values.length - 1))];
  return {
    originalUs: at(times.a, 0.5),
    hybridUs: at(times.b, 0.5),
    ratio: at(times.ratios, 0.5),
    ratioLow: at(times.ratios, 0.05),
    ratioHigh: at(times.ratios, 0.95),
  };
}

async function timed(model, data, n) {
  const start = process.hrtime.bigint();
  await run(model, data, n);
  return Number(process.hrtime.bigint() - start) / 1e3;
}
