"""Starts a mesh with TLS, tokens and a policy, and calls it by both clients as who it knows, and as who it does not.

Usage: python_secure.py KOOPMESH FOLDER
Prints JSON: for each client what became of each call.
"""
import asyncio
import base64
import inspect
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import koopmanmesh

ISSUER, AUDIENCE = "https://issuer.test", "koopmanmesh"


def openssl(*arguments, data=None):
    return subprocess.run(["openssl", *arguments], input=data, check=True, capture_output=True).stdout


def url64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def certificate(folder, name):
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
            "-keyout", str(folder / (name + ".key")), "-out", str(folder / (name + ".pem")), "-subj", "/CN=" + name,
            "-addext", "subjectAltName=IP:127.0.0.1")


def jwks(folder):
    openssl("genrsa", "-out", str(folder / "jwt.key"), "2048")
    modulus = openssl("rsa", "-in", str(folder / "jwt.key"), "-noout", "-modulus").decode().strip().partition("=")[2]
    key = {"kty": "RSA", "kid": "k1", "use": "sig", "alg": "RS256", "n": url64(bytes.fromhex(modulus)), "e": "AQAB"}
    (folder / "jwks.json").write_text(json.dumps({"keys": [key]}))


def token(folder, **claims):
    now = int(time.time())
    said = {"iss": ISSUER, "aud": AUDIENCE, "sub": "python", "scope": "run", "iat": now, "nbf": now, "exp": now + 600}
    parts = [{"alg": "RS256", "typ": "JWT", "kid": "k1"}, {**said, **claims}]
    signed = ".".join(url64(json.dumps(part).encode()) for part in parts)
    signature = openssl("dgst", "-sha256", "-sign", str(folder / "jwt.key"), data=signed.encode())
    return signed + "." + url64(signature)


def serve(program, folder):
    settings = {
        "Security__Tls__Certificate": folder / "server.pem", "Security__Tls__Key": folder / "server.key",
        "Security__Tokens__Keys": folder / "jwks.json", "Security__Tokens__Issuer": ISSUER,
        "Security__Tokens__Audience": AUDIENCE,
        "Security__Policies__koopmanmesh.operator.v1.OperatorService__Scopes__0": "operators",
    }
    return subprocess.Popen(
        [program, "serve", "--port", "0", "--data-dir", str(folder / "state")], stdout=subprocess.PIPE, text=True,
        env={**os.environ, **{name: str(value) for name, value in settings.items()}})


async def outcome(call):
    try:
        result = call()
        result = await result if inspect.isawaitable(result) else result
        return type(result).__name__
    except koopmanmesh.KoopmanMeshError as error:
        return type(error).__name__


async def outcomes(connect, endpoint, folder):
    file = folder / "token"
    file.write_text(token(folder))
    trusted = {"root_certificates": folder / "server.pem", "attempts": 1}
    known = connect(endpoint, token=file, **trusted)
    others = [connect(endpoint, **trusted),
              connect(endpoint, token=token(folder, aud="another"), **trusted),
              connect(endpoint, token=token(folder, exp=int(time.time()) - 3600), **trusted),
              connect(endpoint, token=file, root_certificates=folder / "stranger.pem", attempts=1)]
    found = [await outcome(known.trainings)]
    found += [await outcome(other.trainings) for other in others]
    found.append(await outcome(others[0].health))
    found.append(await outcome(known.methods))
    # The same client with what the file holds now.
    file.write_text(token(folder, scope="run operators"))
    found.append(await outcome(known.methods))
    for client in (known, *others):
        closed = client.close()
        if inspect.isawaitable(closed):
            await closed
    return found


async def main():
    program, folder = sys.argv[1], Path(sys.argv[2])
    folder.mkdir()
    for name in ("server", "stranger"):
        certificate(folder, name)
    jwks(folder)
    mesh = serve(program, folder)
    try:
        said = mesh.stdout.readline()
        endpoint = next(word for word in said.split() if word.startswith("https://"))
        print(json.dumps([await outcomes(connect, endpoint, folder)
                          for connect in (koopmanmesh.connect, koopmanmesh.connect_async)]))
    finally:
        mesh.kill()
        mesh.wait()


if __name__ == "__main__":
    asyncio.run(main())
