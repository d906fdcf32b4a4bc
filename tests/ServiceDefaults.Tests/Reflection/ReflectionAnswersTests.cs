using Google.Api;
using Google.Protobuf.Reflection;
using Grpc.Core;
using KoopmanMesh.Credit.V1;
using KoopmanMesh.Run.V1;
using KoopmanMesh.ServiceDefaults.Reflection;
using KoopmanMesh.ServiceDefaults.Reflection.V1;

namespace KoopmanMesh.ServiceDefaults.Tests.Reflection;

public sealed class ReflectionAnswersTests
{
    private static readonly ReflectionAnswers _answers = new(
        [RunService.Descriptor, CreditService.Descriptor, RunService.Descriptor]);

    [Fact]
    public void ListServices_NamesEachOnce()
    {
        var listed = _answers.Answer(new() { ListServices = "" }).ListServicesResponse.Service;

        Assert.Equal(
            ["koopmanmesh.credit.v1.CreditService", "koopmanmesh.run.v1.RunService"],
            listed.Select(static s => s.Name));
    }

    [Theory]
    [InlineData("koopmanmesh.run.v1.RunService", "koopmanmesh/run/v1/run.proto")]
    [InlineData("koopmanmesh.run.v1.RunService.SubmitRun", "koopmanmesh/run/v1/run.proto")]
    [InlineData("koopmanmesh.run.v1.SubmitRunRequest", "koopmanmesh/run/v1/run.proto")]
    [InlineData("koopmanmesh.run.v1.AnalysisOptions.hold_out", "koopmanmesh/run/v1/options.proto")]
    [InlineData("koopmanmesh.run.v1.Alignment", "koopmanmesh/run/v1/options.proto")]
    [InlineData("koopmanmesh.run.v1.ALIGNMENT_ZERO_PAD", "koopmanmesh/run/v1/options.proto")]
    public void FileContainingSymbol_OfEveryKind_IsTheFileThenAllThatItImports(string symbol, string file)
    {
        var response = _answers.Answer(new() { FileContainingSymbol = symbol });

        var files = Files(response);
        Assert.Equal(file, files[0].Name);
        var names = files.Select(static f => f.Name).ToList();
        Assert.Equal(names.Distinct(), names);
        Assert.All(files.SelectMany(static f => f.Dependency), import => Assert.Contains(import, names));
    }

    [Fact]
    public void FileByFilename_IsThatFile() => Assert.Equal(
        RunReflection.Descriptor.SerializedData,
        _answers.Answer(new() { FileByFilename = "koopmanmesh/run/v1/run.proto" })
            .FileDescriptorResponse.FileDescriptorProto[0]);

    [Fact]
    public void Extensions_OfAMessageThatHasNone_AreAnEmptyList()
    {
        const string Spec = "koopmanmesh.run.v1.RunSpec";

        var all = _answers.Answer(new() { AllExtensionNumbersOfType = Spec }).AllExtensionNumbersResponse;
        var one = _answers.Answer(new()
        {
            FileContainingExtension = new() { ContainingType = Spec, ExtensionNumber = 100 },
        });

        Assert.Equal((Spec, 0), (all.BaseTypeName, all.ExtensionNumber.Count));
        Assert.Equal((int)StatusCode.NotFound, one.ErrorResponse.ErrorCode);
    }

    [Fact]
    public void Extensions_OfAnImportedMessage_AreFoundByNumberAndName()
    {
        // google.api.http, number 72295728, as google/api/annotations.proto publishes it.
        var files = new ProtoFiles([AnnotationsReflection.Descriptor]);

        Assert.True(files.ExtensionsOf("google.protobuf.MethodOptions", out var extensions));
        Assert.Equal("google/api/annotations.proto", Assert.Contains(72295728, extensions).Name);
        Assert.Equal("google/api/annotations.proto", files.Declaring("google.api.http")?.Name);
        Assert.Contains(
            "google/protobuf/descriptor.proto",
            ProtoFiles.WithImports(AnnotationsReflection.Descriptor).Select(static f => f.Name));
    }

    [Fact]
    public void WhatDoesNotExist_IsAnErrorOfThatAnswerAlone()
    {
        var request = new ServerReflectionRequest { Host = "here", FileContainingSymbol = "no.Such" };

        var response = _answers.Answer(request);

        Assert.Equal(((int)StatusCode.NotFound, "here"), (response.ErrorResponse.ErrorCode, response.ValidHost));
        Assert.Equal(request, response.OriginalRequest);
        Assert.Equal((int)StatusCode.InvalidArgument, _answers.Answer(new()).ErrorResponse.ErrorCode);
    }

    private static List<FileDescriptorProto> Files(ServerReflectionResponse response) =>
        [.. response.FileDescriptorResponse.FileDescriptorProto.Select(FileDescriptorProto.Parser.ParseFrom)];
}
