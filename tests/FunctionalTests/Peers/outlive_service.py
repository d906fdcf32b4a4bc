"""Streams snapshots of a linear system without pause, whatever becomes of the service meanwhile.

Usage: outlive_service.py ENDPOINT TRAINING_ID SNAPSHOTS TELL_AT
Prints "sent" after TELL_AT snapshots, goes on slowly, keeps the last one until it is told a line, and prints what the
service holds in the end as JSON.
"""
import json
import sys
import time

import numpy as np

import koopmanmesh


def main():
    endpoint, training_id, count, tell_at = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    random = np.random.default_rng(3)
    decay, start, end = random.uniform(0.8, 0.99, 400), random.normal(size=400), random.normal(size=400)
    snapshots = [{"a.weight": (end + start * decay ** k).reshape(20, 20)} for k in range(count)]
    client = koopmanmesh.connect(endpoint)
    with client.training(snapshots[0], training_id=training_id) as watch:
        for step, snapshot in enumerate(snapshots):
            if step + 1 == count:
                sys.stdin.readline()
            watch.snapshot(step, snapshot, loss=float(np.mean(decay ** (2 * step))))
            if step + 1 == tell_at:
                watch.flush()
                print("sent", flush=True)
            if step + 1 >= tell_at:
                time.sleep(0.01)
    forecast = client.forecast(training_id, 10, partition="weight")
    truth = (end + start * decay ** (count + 9)).reshape(20, 20)
    print(json.dumps({
        "steps": [record.step for record in watch.report.records],
        "warnings": sorted({warning.reason for warning in watch.report.warnings}),
        "windowEnds": [window.last_step for window in watch.report.windows],
        "error": float(np.abs(forecast.weights["a.weight"] - truth).max()),
    }))


if __name__ == "__main__":
    main()
