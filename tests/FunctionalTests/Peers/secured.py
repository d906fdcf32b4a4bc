"""Asks a mesh for a run that does not exist, with official gRPC: what it answers tells how far the call came.

Arguments: target, then any of ca=FILE cert=FILE key=FILE token=FILE. Prints the status and the detail's reason."""

import sys

import grpc

target, given = sys.argv[1], dict(a.split("=", 1) for a in sys.argv[2:])


def content(name):
    if name not in given:
        return None
    with open(given[name], "rb") as file:
        return file.read()


credentials = grpc.ssl_channel_credentials(content("ca"), content("key"), content("cert"))
if "token" in given:
    credentials = grpc.composite_channel_credentials(
        credentials, grpc.access_token_call_credentials(content("token").decode().strip()))

with grpc.secure_channel(target, credentials) as channel:
    get_run = channel.unary_unary("/koopmanmesh.run.v1.RunService/GetRun")
    try:
        get_run(b"\x0a\x06r-none", timeout=30)
        print("OK")
    except grpc.RpcError as error:
        details = dict(error.trailing_metadata() or ()).get("grpc-status-details-bin", b"")
        reasons = [r for r in (b"RUN_NOT_FOUND", b"CREDENTIALS_MISSING", b"CLIENT_CERTIFICATE_NOT_ALLOWED",
                               b"TOKEN_EXPIRED", b"ACCESS_DENIED") if r in details]
        print(error.code().name, *(r.decode() for r in reasons))
