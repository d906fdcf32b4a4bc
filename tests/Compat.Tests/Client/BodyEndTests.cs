using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Grpc.Core;
using Grpc.Net.Client;
using KoopmanMesh.Playground.V1;

namespace KoopmanMesh.Compat.Tests.Client;

/// <summary>The end of a request body, as the HTTP client beneath sees it.</summary>
public sealed class BodyEndTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    // Where the body ends first, its stream is reset, and data behind a reset costs the connection with all its calls.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Body_BrokenOffInTheMiddleOfAMessage_EndsBehindTheMessage(bool byServer)
    {
        using var http = new StuckHttp();
        using var channel = GrpcChannel.ForAddress("http://stuck.test", new GrpcChannelOptions { HttpHandler = http });
        using var call = new PlaygroundService.PlaygroundServiceClient(channel).Collect(cancellationToken: Token);
        var writing = call.RequestStream.WriteAsync(new CollectRequest(), Token);
        await http.Stuck.Task.WaitAsync(Token);

        if (byServer)
        {
            http.Answer(StatusCode.Aborted);
        }
        else
        {
            call.Dispose();
        }

        var e = await Assert.ThrowsAsync<RpcException>(() => writing);
        await Record.ExceptionAsync(() => http.Body);
        Assert.Equal(byServer ? StatusCode.Aborted : StatusCode.Cancelled, e.StatusCode);
        Assert.Equal(["message", "body"], http.Ended);
    }

    /// <summary>An HTTP client that takes no byte, and takes its time to leave a write when told to.</summary>
    private sealed class StuckHttp : HttpMessageHandler
    {
        private readonly TaskCompletionSource<HttpResponseMessage> _answer =
            new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Stuck { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ConcurrentQueue<string> Ended { get; } = new();

        public Task Body { get; private set; } = Task.CompletedTask;

        public void Answer(StatusCode code)
        {
            var answer = new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent([]) };
            answer.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
            answer.Headers.Add("grpc-status", ((int)code).ToString(CultureInfo.InvariantCulture));
            _answer.SetResult(answer);
        }

        protected override Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Body = SendBodyAsync(request.Content!);
            return _answer.Task.WaitAsync(cancellationToken);
        }

        private async Task SendBodyAsync(HttpContent content)
        {
            using var stream = new StuckStream(this);
            try
            {
                await content.CopyToAsync(stream, Token);
            }
            finally
            {
                Ended.Enqueue("body");
            }
        }

        private sealed class StuckStream(StuckHttp http) : MemoryStream
        {
            public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken)
            {
                http.Stuck.SetResult();
                try
                {
                    await Task.Delay(Timeout.Infinite, cancellationToken);
                }
                finally
                {
                    await Task.Delay(100, Token);
                    http.Ended.Enqueue("message");
                }
            }
        }
    }
}
