using System.Buffers;
using Grpc.Core;
using KoopmanMesh.Playground.V1;

namespace KoopmanMesh.Compat.Tests.Api;

public sealed class CoreTypesTests
{
    [Fact]
    public void RpcException_Message_IsTheStatus()
    {
        var cause = new InvalidOperationException("cause");

        var exception = new RpcException(new Status(StatusCode.NotFound, "no such run", cause));

        Assert.Equal(
            "Status(StatusCode=\"NotFound\", Detail=\"no such run\", " +
            "DebugException=\"System.InvalidOperationException: cause\")",
            exception.Message);
        Assert.Same(cause, exception.InnerException);
        Assert.Empty(exception.Trailers);
    }

    [Fact]
    public void CallOptions_With_ChangesOneThingOnly()
    {
        using var source = new CancellationTokenSource();
        var options = new CallOptions([new Metadata.Entry("a", "b")], DateTime.MaxValue);

        var changed = options.WithCancellationToken(source.Token).WithWaitForReady();

        Assert.Same(options.Headers, changed.Headers);
        Assert.Equal(DateTime.MaxValue, changed.Deadline);
        Assert.Equal(source.Token, changed.CancellationToken);
        Assert.True(changed.IsWaitForReady);
        Assert.False(options.IsWaitForReady);
    }

    [Fact]
    public void Marshaller_ContextualOrPlain_MakeTheSameBytes()
    {
        var contextual = Marshallers.Create(
            (string text, SerializationContext context) =>
            {
                context.GetBufferWriter().Write(System.Text.Encoding.UTF8.GetBytes(text));
                context.Complete();
            },
            (DeserializationContext context) =>
                System.Text.Encoding.UTF8.GetString(context.PayloadAsReadOnlySequence().ToArray()));

        var bytes = contextual.Serializer("größer");

        Assert.Equal(Marshallers.StringMarshaller.Serializer("größer"), bytes);
        Assert.Equal("größer", contextual.Deserializer(bytes));
    }

    [Fact]
    public void Client_OfTheParameterlessConstructor_CannotCall() =>
        Assert.Throws<NotImplementedException>(() =>
            new DoubledClient().Say(new SayRequest(), cancellationToken: TestContext.Current.CancellationToken));

    private sealed class DoubledClient : PlaygroundService.PlaygroundServiceClient;
}
