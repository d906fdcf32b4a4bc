"""Health and reflection of a mesh, asked by the official Python library with stubs of the published protos.

    standard_services.py HOST:PORT PROTOS

Everything the mesh tells of itself is rebuilt from reflection alone, compared with what protoc makes of PROTOS, and
used to call a method. Prints one line a finding.
"""
import subprocess
import sys
import tempfile
from pathlib import Path

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

address, protos = sys.argv[1:]


def compile_protos(out: str) -> "dict[str, descriptor_pb2.FileDescriptorProto]":
    """Stubs of the standard services, and every proto as protoc reads it."""
    standard = sorted(str(p.relative_to(protos)) for p in Path(protos, "grpc").rglob("*.proto"))
    ours = sorted(str(p.relative_to(protos)) for p in Path(protos, "koopmanmesh").rglob("*.proto"))
    subprocess.run(
        ["protoc", "-I", protos, "--plugin=protoc-gen-grpc_python=/usr/bin/grpc_python_plugin",
         "--python_out", out, "--grpc_python_out", out, *standard], check=True)
    subprocess.run(
        ["protoc", "-I", protos, "--include_imports", "--descriptor_set_out", out + "/set", *standard, *ours], check=True)
    described = descriptor_pb2.FileDescriptorSet.FromString(Path(out, "set").read_bytes())
    return {file.name: file for file in described.file}


def plain(file: descriptor_pb2.FileDescriptorProto) -> descriptor_pb2.FileDescriptorProto:
    """Without the names in JSON, which protoc writes into some of its outputs and not into others."""
    def strip(messages):
        for message in messages:
            for field in message.field:
                field.ClearField("json_name")
            strip(message.nested_type)

    strip(file.message_type)
    return file


def check_health(channel, health, stubs) -> None:
    stub = stubs.HealthStub(channel)
    name = health.HealthCheckResponse.ServingStatus.Name
    for service in ("", "koopmanmesh.run.v1.RunService", "koopmanmesh.training.v1.TrainingService"):
        print("health", service or "overall", name(stub.Check(health.HealthCheckRequest(service=service)).status))
    try:
        stub.Check(health.HealthCheckRequest(service="no.such.Service"))
    except grpc.RpcError as error:
        details = dict(error.trailing_metadata())["grpc-status-details-bin"]
        print("health unknown", error.code().name, b"google.rpc.ErrorInfo" in details)
    for service in ("", "no.such.Service"):
        watch = stub.Watch(health.HealthCheckRequest(service=service))
        print("watch", service or "overall", name(next(watch).status))
        watch.cancel()


def check_reflection(version, channel, messages, stubs, truth) -> None:
    stub = stubs.ServerReflectionStub(channel)

    def ask(**question):
        return next(stub.ServerReflectionInfo(iter([messages.ServerReflectionRequest(**question)])))

    services = [s.name for s in ask(list_services="*").list_services_response.service]
    pool, files = descriptor_pool.DescriptorPool(), {}
    for service in services:
        for data in ask(file_containing_symbol=service).file_descriptor_response.file_descriptor_proto:
            file = descriptor_pb2.FileDescriptorProto.FromString(data)
            files[file.name] = file

    def add(name):
        for imported in files[name].dependency:
            add(imported)
        pool.AddSerializedFile(files[name].SerializeToString())

    for name in files:
        add(name)
    differing = [name for name, file in files.items() if plain(file) != plain(truth[name])]
    missing = [s.name for f in truth.values() for s in f.service if f"{f.package}.{s.name}" not in services]
    print(version, "services", len(services), "missing", missing, "differing", differing)

    method = pool.FindServiceByName("koopmanmesh.operator.v1.OperatorService").methods_by_name["ListMethods"]
    factory = message_factory.MessageFactory(pool)
    request, response = factory.GetPrototype(method.input_type), factory.GetPrototype(method.output_type)
    call = channel.unary_unary(
        f"/{method.containing_service.full_name}/{method.name}", request.SerializeToString, response.FromString)
    print(version, "called", method.name, len(call(request()).methods) > 0)
    print(version, "unknown", ask(file_containing_symbol="no.such.Symbol").error_response.error_code)


with tempfile.TemporaryDirectory() as out:
    truth = compile_protos(out)

    # The generated packages lie below "grpc" too.
    grpc.__path__.append(out + "/grpc")
    from grpc.health.v1 import health_pb2, health_pb2_grpc
    from grpc.reflection.v1 import reflection_pb2 as v1, reflection_pb2_grpc as v1_stubs
    from grpc.reflection.v1alpha import reflection_pb2 as v1alpha, reflection_pb2_grpc as v1alpha_stubs

    with grpc.insecure_channel(address) as connected:
        check_health(connected, health_pb2, health_pb2_grpc)
        check_reflection("v1", connected, v1, v1_stubs, truth)
        check_reflection("v1alpha", connected, v1alpha, v1alpha_stubs, truth)
