using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;
using Grpc.Net.Client;
using KoopmanMesh.Playground.V1;

namespace KoopmanMesh.Compat.Tests.Client;

/// <summary>Request streams that the HTTP client beneath sends again by itself, for the first was refused.</summary>
public sealed class SentAgainTests
{
    private static readonly byte[] First = [0, 0, 0, 0, 3, 0x0a, 1, 1];
    private static readonly byte[] Second = [0, 0, 0, 0, 3, 0x0a, 1, 2];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Message_WrittenWhileItsStreamIsRefused_GoesToTheNextStream(bool taken)
    {
        using var http = new TwiceHttp();
        using var channel = GrpcChannel.ForAddress("http://twice.test", new GrpcChannelOptions { HttpHandler = http });
        using var call = new PlaygroundService.PlaygroundServiceClient(channel).Collect(cancellationToken: Token);

        var writing = call.RequestStream.WriteAsync(Message(1), Token);
        await http.Refused.Entered.Task.WaitAsync(Token);
        if (taken)
        {
            // The HTTP client takes bytes that it then doesn't send, and says so by sending the stream again only.
            http.SendAgain();
            await http.Next.Flushed.Task.WaitAsync(Token);
            http.Refused.Leave.SetResult();
        }
        else
        {
            http.Refused.Leave.SetException(new IOException("refused"));
            http.SendAgain();
        }

        await writing;
        await call.RequestStream.WriteAsync(Message(2), Token);
        await call.RequestStream.CompleteAsync();
        await http.SentAgain;

        Assert.Equal([.. First, .. Second], http.Next.Written.ToArray());
        http.Answer();
    }

    [Fact]
    public async Task Sending_ThatAnotherFollows_EndsBeforeTheCall()
    {
        using var http = new TwiceHttp();
        using var channel = GrpcChannel.ForAddress("http://twice.test", new GrpcChannelOptions { HttpHandler = http });
        using var call = new PlaygroundService.PlaygroundServiceClient(channel).Collect(cancellationToken: Token);
        await http.Refused.Flushed.Task.WaitAsync(Token);

        http.SendAgain();

        // Until it ends, the HTTP client counts its stream among those that its connection may have.
        await Assert.ThrowsAsync<HttpRequestException>(() => http.Sent.WaitAsync(Token));
        Assert.False(http.SentAgain.IsCompleted);
        http.Answer();
    }

    [Fact]
    public async Task Stream_OfWhichAMessageIsGone_IsNotSentAgain()
    {
        using var http = new TwiceHttp();
        using var channel = GrpcChannel.ForAddress("http://twice.test", new GrpcChannelOptions { HttpHandler = http });
        using var call = new PlaygroundService.PlaygroundServiceClient(channel).Collect(cancellationToken: Token);
        http.Refused.Leave.SetResult();
        await call.RequestStream.WriteAsync(Message(1), Token);

        http.SendAgain();

        await Assert.ThrowsAsync<HttpRequestException>(() => http.SentAgain);
        Assert.Empty(http.Next.Written.ToArray());
        http.Answer();
    }

    private static CollectRequest Message(byte number) => new() { Payload = ByteString.CopyFrom([number]) };

    /// <summary>An HTTP client that sends each request to a stream, and then to another when told to.</summary>
    private sealed class TwiceHttp : HttpMessageHandler
    {
        private readonly TaskCompletionSource<HttpResponseMessage> _answer =
            new(TaskCreationOptions.RunContinuationsAsynchronously);

        private HttpContent? _content;

        public SlowStream Refused { get; } = new();

        public SlowStream Next { get; } = new();

        public Task Sent { get; private set; } = Task.CompletedTask;

        public Task SentAgain { get; private set; } = Task.CompletedTask;

        public void SendAgain()
        {
            Next.Leave.TrySetResult();
            SentAgain = _content!.CopyToAsync(Next, Token);
        }

        public void Answer()
        {
            var answer = new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent([]) };
            answer.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
            answer.Headers.Add("grpc-status", "1");
            _answer.SetResult(answer);
        }

        protected override Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CancellationToken cancellationToken)
        {
            _content = request.Content!;
            Sent = _content.CopyToAsync(Refused, Token);
            return _answer.Task.WaitAsync(cancellationToken);
        }
    }

    /// <summary>A stream that says how far its writer is, and holds its first write.</summary>
    private sealed class SlowStream : MemoryStream
    {
        public MemoryStream Written { get; } = new();

        public TaskCompletionSource Flushed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Entered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Leave { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken)
        {
            Entered.TrySetResult();
            await Leave.Task.WaitAsync(cancellationToken);
            Written.Write(buffer.Span);
        }

        public override Task FlushAsync(CancellationToken cancellationToken)
        {
            Flushed.TrySetResult();
            return Task.CompletedTask;
        }
    }
}
