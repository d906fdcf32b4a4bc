"""Runs an analysis and a replacement by the blocking and by the asynchronous client.

Usage: python_run.py ENDPOINT MODEL DATA SEED
Prints JSON: of both clients how the analysis ended, its report's numbers and an operator's, and what was replaced.
"""
import asyncio
import hashlib
import json
import sys

import numpy as np

import koopmanmesh

OPTIONS = {"bootstraps": 20, "audit_rows": 500}
REPLACED = {"regions": ["dense_1"], "lifts": ["affine"], "budget": {"accuracy_loss": 1.0}, "progress": False}
BOX = np.full(3, -1.0), np.full(3, 1.0)


def told(states, analysis, operator, again, hybrid):
    replacement, content, bounds = hybrid
    return {
        "replacementId": replacement.report.run_id,
        "chosen": replacement.chosen.digest,
        "downloaded": hashlib.sha256(content).hexdigest(),
        "bound": bounds.sound.output,
        "runId": analysis.report.run_id,
        "ended": koopmanmesh.run.v1.run_pb2.RunState.Name(states[-1]),
        "credits": analysis.credits().tolist(),
        "intervals": analysis.intervals().tolist(),
        "digest": again.digest,
        "coefficients": list(operator.matrices["coefficients"].shape),
        "offset": operator.matrices["offset"].tolist(),
    }


def blocking(endpoint, model, data, seed):
    with koopmanmesh.connect(endpoint) as client:
        run = client.submit(model, data, seed=seed, **OPTIONS)
        states = [status.state for status in run.watch()]
        replacement = client.replace(model, data, **REPLACED)
        content = client.run(replacement.report.run_id).download_hybrid()
        bounds = client.bound(model, content, *BOX)
        return told(
            states, run.report(), run.operator(0), client.upload(data), (replacement, content, bounds))


async def awaited(endpoint, model, data, seed):
    async with koopmanmesh.connect_async(endpoint) as client:
        # As bytes and as an array, which is the same content under the same digest.
        with open(model, "rb") as file:
            run = await client.submit(file.read(), np.load(data), seed=seed, **OPTIONS)
        states = [status.state async for status in run.watch(progress=False)]
        replacement = await client.replace(model, data, **REPLACED)
        content = await (await client.run(replacement.report.run_id)).download_hybrid()
        bounds = await client.bound(model, content, *BOX)
        return told(states, await run.report(), await run.operator(0), await client.upload(data),
                    (replacement, content, bounds))


def main():
    endpoint, model, data, seed = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
    first = blocking(endpoint, model, data, seed)
    second = asyncio.run(awaited(endpoint, model, data, seed))
    print(json.dumps([first, second]))


if __name__ == "__main__":
    main()
