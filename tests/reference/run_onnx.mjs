// Runs a network in onnxruntime-node: run_onnx.mjs MODEL ROWS, ROWS a JSON array of rows; prints the outputs.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const ort = createRequire(process.cwd() + "/")("onnxruntime-node");
const [model, file] = process.argv.slice(2);
const rows = JSON.parse(readFileSync(file, "utf8"));
const session = await ort.InferenceSession.create(model, { logSeverityLevel: 4 });
const input = session.inputMetadata[0];
const shape = input.shape.map((side, axis) => (axis === 0 ? rows.length : side));
const data = Float32Array.from(rows.flat());
const result = await session.run({ [input.name]: new ort.Tensor("float32", data, shape) });
const output = result[session.outputNames[0]].data;
const width = output.length / rows.length;
console.log(JSON.stringify(rows.map((_, i) => Array.from(output.slice(i * width, (i + 1) * width)))));
