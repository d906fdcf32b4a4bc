using System.Threading.Channels;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.HealthCheck;
using static Grpc.Health.V1.HealthCheckResponse.Types;

namespace KoopmanMesh.ServiceDefaults.Tests.Health;

/// <summary>Watches as the protocol asks for them, without a socket between.</summary>
public sealed class HealthWatchTests
{
    [Fact]
    public async Task Watch_ByOneWhoReadsSlowly_SkipsWhatLiesBetween()
    {
        using var end = new CancellationTokenSource();
        var health = new HealthServiceImpl();
        var reader = new SlowReader();
        health.SetStatus("s", ServingStatus.Serving);
        var watching = health.Watch(new HealthCheckRequest { Service = "s" }, reader, new Call(end.Token));
        await reader.Reached(1);

        for (var i = 0; i < 1000; i++)
        {
            health.SetStatus("s", ServingStatus.NotServing);
            health.SetStatus("s", ServingStatus.Serving);
        }

        health.ClearAll();
        reader.Proceed();
        await reader.Reached(2);
        reader.Proceed();
        await end.CancelAsync();
        await watching;
        Assert.Equal([ServingStatus.Serving, ServingStatus.ServiceUnknown], reader.Read);
    }

    [Fact]
    public async Task Watch_OfAStatusSetAgain_TellsItOnce()
    {
        using var end = new CancellationTokenSource();
        var health = new HealthServiceImpl();
        var reader = new SlowReader();
        var watching = health.Watch(new HealthCheckRequest { Service = "s" }, reader, new Call(end.Token));
        await reader.Reached(1);
        reader.Proceed();

        health.SetStatus("s", ServingStatus.Serving);
        await reader.Reached(2);
        health.SetStatus("s", ServingStatus.Serving);
        reader.Proceed();
        health.ClearStatus("s");
        await reader.Reached(3);
        reader.Proceed();

        await end.CancelAsync();
        await watching;
        Assert.Equal(
            [ServingStatus.ServiceUnknown, ServingStatus.Serving, ServingStatus.ServiceUnknown], reader.Read);
    }

    /// <summary>Takes a status only when told to proceed.</summary>
    private sealed class SlowReader : IServerStreamWriter<HealthCheckResponse>
    {
        private readonly Channel<bool> _proceed = Channel.CreateUnbounded<bool>();
        private readonly Channel<bool> _reached = Channel.CreateUnbounded<bool>();

        public List<ServingStatus> Read { get; } = [];

        public WriteOptions? WriteOptions { get; set; }

        public async Task WriteAsync(HealthCheckResponse message)
        {
            Read.Add(message.Status);
            _reached.Writer.TryWrite(true);
            await _proceed.Reader.ReadAsync(TestContext.Current.CancellationToken);
        }

        public void Proceed() => _proceed.Writer.TryWrite(true);

        public async Task Reached(int count)
        {
            await _reached.Reader.ReadAsync(TestContext.Current.CancellationToken);
            Assert.Equal(count, Read.Count);
        }
    }

    private sealed class Call(CancellationToken token) : ServerCallContext
    {
        protected override CancellationToken CancellationTokenCore => token;

        protected override string MethodCore => "";

        protected override string HostCore => "";

        protected override string PeerCore => "";

        protected override DateTime DeadlineCore => DateTime.MaxValue;

        protected override Metadata RequestHeadersCore => [];

        protected override Metadata ResponseTrailersCore => [];

        protected override Status StatusCore { get; set; }

        protected override WriteOptions? WriteOptionsCore { get; set; }

        protected override AuthContext AuthContextCore => throw new NotSupportedException();

        protected override Task WriteResponseHeadersAsyncCore(Metadata responseHeaders) => Task.CompletedTask;

        protected override ContextPropagationToken CreatePropagationTokenCore(ContextPropagationOptions? options) =>
            throw new NotSupportedException();
    }
}
