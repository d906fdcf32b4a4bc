using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;
using KoopmanMesh.ServiceDefaults.Errors;

namespace KoopmanMesh.ServiceDefaults.Tests.Errors;

public sealed class RpcErrorsTests
{
    private static readonly TimeSpan _later = TimeSpan.FromSeconds(3);

    public static TheoryData<KoopmanMeshException, StatusCode, System.Type> Family => new()
    {
        { new InvalidRequestException("BAD", "no", "spec.model"), StatusCode.InvalidArgument, typeof(BadRequest) },
        { new ResourceNotFoundException("GONE", "run", "r-1", "no"), StatusCode.NotFound, typeof(ResourceInfo) },
        { new ConflictException("USED", "key", "k", "no"), StatusCode.AlreadyExists, typeof(ResourceInfo) },
        { new PreconditionException("SOON", "r", "no"), StatusCode.FailedPrecondition, typeof(PreconditionFailure) },
        { new CapacityException("FULL", "no", _later), StatusCode.ResourceExhausted, typeof(RetryInfo) },
    };

    [Theory]
    [MemberData(nameof(Family))]
    public void ToRpcException_OfEveryKind_CarriesItsDetailsThereAndBack(
        KoopmanMeshException error, StatusCode code, System.Type detail)
    {
        var description = error.Describe();

        var rpc = RpcErrors.ToRpcException(description);

        var status = Google.Rpc.Status.Parser.ParseFrom(rpc.Trailers.GetValueBytes("grpc-status-details-bin"));
        Assert.Equal((code, (int)code, "no"), (rpc.StatusCode, status.Code, status.Message));
        Assert.Contains(status.Details, d => d.TypeUrl == "type.googleapis.com/google.rpc.ErrorInfo");
        Assert.Contains(status.Details, d => d.TypeUrl == $"type.googleapis.com/google.rpc.{detail.Name}");
        Assert.Equal(description, RpcErrors.Describe(rpc));
    }

    [Fact]
    public void ToRpcException_OfAnyError_NamesReasonAndDomainInFieldsOneAndTwo()
    {
        var rpc = RpcErrors.ToRpcException(new ErrorDescription(ErrorKind.Internal, "BROKEN", "it broke"));

        var status = Google.Rpc.Status.Parser.ParseFrom(rpc.Trailers.GetValueBytes("grpc-status-details-bin"));
        var info = new CodedInputStream(Assert.Single(status.Details).Value.ToByteArray());
        Assert.Equal((10u, "BROKEN"), (info.ReadTag(), info.ReadString()));
        Assert.Equal((18u, "koopman.koopmanmesh"), (info.ReadTag(), info.ReadString()));
    }

    [Fact]
    public void ToRpcException_OfALongMessage_FitsIntoTrailers()
    {
        var rpc = RpcErrors.ToRpcException(
            new ErrorDescription(ErrorKind.InvalidArgument, "LONG", new string('x', 100_000)));

        Assert.Equal(1024, rpc.Status.Detail.Length);
        Assert.True(rpc.Trailers.GetValueBytes("grpc-status-details-bin")!.Length < 4096);
    }

    [Fact]
    public void Describe_ACallWithoutDetails_TakesItsStatus()
    {
        var error = RpcErrors.Describe(new RpcException(new Grpc.Core.Status(StatusCode.DeadlineExceeded, "too late")));

        Assert.Equal(new ErrorDescription(ErrorKind.DeadlineExceeded, "DEADLINE_EXCEEDED", "too late"), error);
    }

    [Fact]
    public void Describe_ACallWithMalformedDetails_TakesItsStatus()
    {
        var trailers = new Metadata { { "grpc-status-details-bin", [0xFF, 0xFF, 0x01] } };

        var error = RpcErrors.Describe(new RpcException(new Grpc.Core.Status(StatusCode.NotFound, ""), trailers));

        Assert.Equal(
            new ErrorDescription(ErrorKind.NotFound, "NOT_FOUND",
                "the call ended with status NotFound and no message"), error);
    }

    [Theory]
    [InlineData("lower")]
    [InlineData("A")]
    [InlineData("")]
    [InlineData("WITH SPACE")]
    public void Exceptions_WithAReasonThatIsNotUpperSnake_AreRefused(string reason) =>
        Assert.Throws<ArgumentException>(() => new CapacityException(reason, "no"));
}
