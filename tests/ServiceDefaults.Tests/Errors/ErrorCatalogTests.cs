using KoopmanMesh.Contracts.Analysis;
using KoopmanMesh.Contracts.Tensors;
using KoopmanMesh.ServiceDefaults.Errors;
using Microsoft.Extensions.DependencyInjection;

namespace KoopmanMesh.ServiceDefaults.Tests.Errors;

public sealed class ErrorCatalogTests
{
    [Fact]
    public void Describe_WhatTheContractsThrow_IsTheCallersFault()
    {
        var catalog = Catalog(_ => { });

        Assert.Equal(
            new ErrorDescription(ErrorKind.InvalidArgument, "TENSOR_STREAM_INVALID", "short"),
            catalog.Describe(new TensorStreamException("short")));
        Assert.Equal(
            new ErrorDescription(ErrorKind.InvalidArgument, "OPTIONS_INVALID", "bad") { Field = "spec.options" },
            catalog.Describe(new AnalysisOptionsException(["bad"])));
    }

    [Fact]
    public void Describe_SeveralOptionsOutOfRange_TellsEachByItself()
    {
        var error = Catalog(_ => { }).Describe(new AnalysisOptionsException(["a is 1", "b is 2"]));

        Assert.Equal("a is 1; b is 2", error.Message);
        Assert.Equal(
            [new FieldViolation("spec.options", "a is 1"), new FieldViolation("spec.options", "b is 2")],
            error.Violations);
        Assert.Equal(error.Violations, RpcErrors.Describe(RpcErrors.ToRpcException(error)).Violations);
    }

    [Fact]
    public void Describe_AMappedTypeAndItsSubtypes_UsesTheFirstMapping()
    {
        var catalog = Catalog(s => s
            .AddErrorMapping<IOException>(ErrorKind.Unavailable, "FIRST")
            .AddErrorMapping<IOException>(ErrorKind.NotFound, "SECOND"));

        Assert.Equal("FIRST", catalog.Describe(new EndOfStreamException("end")).Reason);
    }

    [Fact]
    public void Describe_AnAggregateOfOne_IsThatOne()
    {
        var error = Catalog(_ => { }).Describe(new AggregateException(new CapacityException("DISK_FULL", "no space")));

        Assert.Equal(("DISK_FULL", "no space"), (error.Reason, error.Message));
    }

    private static ErrorCatalog Catalog(Action<IServiceCollection> configure)
    {
        var services = new ServiceCollection().AddErrorCatalog();
        configure(services);
        return services.BuildServiceProvider().GetRequiredService<ErrorCatalog>();
    }
}
