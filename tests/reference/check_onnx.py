"""Runs ONNX's checker with full shape inference on each file; prints operators, versions and metadata as JSON."""
import json
import sys

import onnx

answers = []
for path in sys.argv[1:]:
    # By its path the full check would write what it infers into the file.
    onnx.checker.check_model(path)
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    inferred = onnx.shape_inference.infer_shapes(model, check_type=True, strict_mode=True)
    typed = {info.name for info in list(inferred.graph.value_info) + list(inferred.graph.output)}
    answers.append({
        "ir": model.ir_version,
        "opset": max(s.version for s in model.opset_import if s.domain in ("", "ai.onnx")),
        "operators": [node.op_type for node in model.graph.node],
        "names": [node.name for node in model.graph.node],
        "metadata": {entry.key: entry.value for entry in model.metadata_props},
        "untyped": [name for node in model.graph.node for name in node.output if name and name not in typed],
        "parameters": sum(len(t.raw_data) // 4 for t in model.graph.initializer if t.data_type == 1),
    })
json.dump(answers, sys.stdout)
