"""Fits operators to arrays by both clients, fetches their matrices, predicts and merges.

Usage: python_operator.py ENDPOINT
Prints JSON.
"""
import asyncio
import hashlib
import io
import json
import sys

import numpy as np

import koopmanmesh

MAP = np.array([[0.9, 0.2], [0.0, 0.5]])


def trajectory(steps):
    states = [np.array([1.0, 2.0])]
    for _ in range(steps - 1):
        states.append(MAP @ states[-1])
    return np.array(states)


async def fit_in_parts(endpoint, states):
    async def parts():
        yield states[:20_000]
        yield states[20_000:]

    async with koopmanmesh.connect_async(endpoint) as client:
        operator = await client.fit(parts(), one_trajectory=True, method="dmd", rank=2)
        matrices = await operator.matrices()
        return operator.id, hashes(matrices)


def hashes(matrices):
    return {name: hashlib.sha256(array.tobytes()).hexdigest() for name, array in matrices.items()}


def main():
    endpoint = sys.argv[1]
    random = np.random.default_rng(1)
    states = trajectory(30)
    with koopmanmesh.connect(endpoint) as client:
        operator = client.fit(states, method="dmd", rank=2)
        matrices, file = operator.matrices(), io.BytesIO()
        operator.download(file)

        # Predicting with the matrices themselves, as docs/operators.md says.
        z = matrices["encoder"] @ states[5]
        by_hand = matrices["image"].T @ z

        many = np.cumsum(random.normal(size=(50_000, 6)), axis=0)
        whole = client.fit(many, method="dmd", rank=2)
        second = asyncio.run(fit_in_parts(endpoint, many))
        before = random.normal(size=(100, 2))
        shards = [client.fit(part, part @ MAP.T, method="dmd", rank=2, keep_summary=True)
                  for part in (before[:40], before[40:])]
        merged = client.merge(shards)
        inputs = random.normal(size=(60, 1))
        driven = [np.array([1.0])]
        for force in inputs[:-1]:
            driven.append(0.8 * driven[-1] + 0.5 * force)
        driven = np.array(driven)
        controlled = client.fit(driven, inputs=inputs[:-1], method="control")
        print(json.dumps({
            "id": operator.id,
            "eigenvalues": [[value.real, value.imag] for value in operator.eigenvalues],
            "predicted": operator.predict(states[5], 3).tolist(),
            "uploaded": client.predict(file.getvalue(), states[5], 3).tolist(),
            "byHand": by_hand.tolist(),
            "truth": states[6:9].tolist(),
            "matrices": hashes(matrices),
            "inParts": second == (whole.id, hashes(whole.matrices())),
            "merged": sorted(merged.eigenvalues.real.tolist()),
            "mergedRows": merged.report.data.rows,
            "driven": controlled.predict(driven[10], 20, inputs[10:30]).ravel().tolist(),
            "drivenTruth": driven[11:31].ravel().tolist(),
            "methods": [method.name for method in client.methods().methods],
        }))


if __name__ == "__main__":
    main()
