"""Runs an analysis by the blocking and by the asynchronous client.

Usage: python_run.py ENDPOINT MODEL DATA SEED
Prints JSON: of both runs the states that were seen, the report's numbers, and the names of the first operator's matrices.
"""
import asyncio
import json
import sys

import numpy as np

import koopmanmesh

OPTIONS = {"bootstraps": 20, "audit_rows": 500}


def told(states, analysis, operator, again):
    return {
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
        return told(states, run.report(), run.operator(0), client.upload(data))


async def awaited(endpoint, model, data, seed):
    async with koopmanmesh.connect_async(endpoint) as client:
        # As bytes and as an array, which is the same content under the same digest.
        with open(model, "rb") as file:
            run = await client.submit(file.read(), np.load(data), seed=seed, **OPTIONS)
        states = [status.state async for status in run.watch(progress=False)]
        return told(states, await run.report(), await run.operator(0), await client.upload(data))


def main():
    endpoint, model, data, seed = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
    first = blocking(endpoint, model, data, seed)
    second = asyncio.run(awaited(endpoint, model, data, seed))
    print(json.dumps([first, second]))


if __name__ == "__main__":
    main()
