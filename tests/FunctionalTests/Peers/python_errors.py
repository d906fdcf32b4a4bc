"""Calls that real services refuse, by both clients, and what is raised.

Usage: python_errors.py ENDPOINT MODEL DATA
Prints JSON: a list of two lists of what was raised.
"""
import asyncio
import inspect
import json
import socket
import sys

import numpy as np

import koopmanmesh


def unused_endpoint():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return "127.0.0.1:%d" % listener.getsockname()[1]


def calls(client, stranger, silent, model, data, key):
    """What each kind of error is made by; functions, or coroutine functions of them."""
    rows = np.zeros((5, 2))
    yield lambda: client.run("r-none")
    yield lambda: client.fit(rows, method="dmt")
    yield lambda: client.fit(np.full((5, 2), np.nan))
    yield lambda: client.submit(model, data, seed=2, idempotency_key=key)
    yield lambda: client.run("r" * (5 << 20))
    yield lambda: silent.within(0.2).methods()
    yield lambda: client.health("koopmanmesh.run.v2.RunService")
    yield lambda: stranger.methods()


def told(error):
    return {
        "type": type(error).__name__, "status": error.status, "reason": error.reason, "message": error.message,
        "domain": error.domain, "field": error.field, "violations": len(error.field_violations),
        "resource": None if error.resource is None else [error.resource.type, error.resource.name],
        "preconditions": [[one.type, one.subject] for one in error.precondition_violations],
    }


async def raised(work):
    try:
        result = work()
        if inspect.isawaitable(result):
            await result
    except koopmanmesh.KoopmanMeshError as error:
        return told(error)
    return None


async def main():
    endpoint, model, data = sys.argv[1:4]
    found = []
    for connect, key in ((koopmanmesh.connect, "python-1"), (koopmanmesh.connect_async, "python-2")):
        client, stranger = connect(endpoint), connect(unused_endpoint(), attempts=1)
        # Connections are made and nobody answers, so that the deadline is always what ends the call.
        listener = socket.create_server(("127.0.0.1", 0))
        silent = connect("127.0.0.1:%d" % listener.getsockname()[1])
        run = client.submit(model, data, seed=1, bootstraps=-1, audit_rows=-1, idempotency_key=key)
        run = await run if inspect.isawaitable(run) else run
        ended = run.wait(progress=False)
        if inspect.isawaitable(ended):
            await ended
        kinds = [await raised(work) for work in calls(client, stranger, silent, model, data, key)]
        # An analysis is no replacement.
        kinds.append(await raised(run.replacement))
        found.append(kinds)
        for one in (client, stranger, silent):
            closed = one.close()
            if inspect.isawaitable(closed):
                await closed
        listener.close()
    print(json.dumps(found))


if __name__ == "__main__":
    asyncio.run(main())
