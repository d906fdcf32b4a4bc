using System.IO.Pipelines;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using KoopmanMesh.Credit.V1;
using KoopmanMesh.Run.V1;
using KoopmanMesh.ServiceDefaults.Errors;
using KoopmanMesh.ServiceDefaults.Security;

namespace KoopmanMesh.ServiceDefaults.Tests.Security;

/// <summary>However calls end, what they took of their client's limits comes back, all of it and no more.</summary>
public sealed class AbandonedCallTests : IDisposable
{
    private const int Calls = 1000;
    private const int AtOnce = 16;
    private const int MostCalls = 64;
    private const int Limit = 1 << 20;
    private const int Margin = 2 << 10;

    private readonly SemaphoreSlim _entered = new(0);
    private readonly SemaphoreSlim _leave = new(0);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static DateTime Now => TimeProvider.System.GetUtcNow().UtcDateTime;

    public void Dispose()
    {
        _entered.Dispose();
        _leave.Dispose();
    }

    [Fact]
    public async Task Client_WhoseCallsEndAnywhereAndAnyhow_MayHaveAsMuchAsBefore()
    {
        await using var host = await SecureHost.StartAsync(
            new SecureHost.Scripted { Credit = HoldAsync, Upload = UploadAsync, Watch = WatchAsync },
            ("Limits:MaxBytesInFlightPerClient", $"{Limit}"), ("Limits:MaxCallsPerClient", $"{MostCalls}"));
        using var channel = host.Connect();

        // While one of its calls is open a client is not forgotten, nor is what was counted wrongly.
        var held = new List<Task> { CreditAsync(channel) };
        await _entered.WaitAsync(Ct);

        await Parallel.ForAsync(
            0, Calls, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = Ct },
            async (i, _) => await Record.ExceptionAsync(() => AbandonAsync(host, channel, new Random(i))));

        // Else it would be counted as one of those that are open, and the one too many would wait in its place.
        Assert.False(held[0].IsCompleted);
        await EventuallyAsync(async () => await ReasonOfUploadAsync(channel, Limit - Margin) is null);
        Assert.Equal("BYTES_PER_CLIENT", await ReasonOfUploadAsync(channel, Limit + Margin));
        while (held.Count < MostCalls)
        {
            await EventuallyAsync(async () => await EnterAsync(channel) is { } call && Add(held, call));
        }

        var e = await Assert.ThrowsAsync<RpcException>(() => CreditAsync(channel));
        Assert.Equal("CALLS_PER_CLIENT", RpcErrors.Describe(e).Reason);
        _leave.Release(MostCalls);
        await Task.WhenAll(held);
    }

    // A service may return while a read that it began goes on.
    [Fact]
    public async Task Read_ThatEndsBehindItsCall_CountsNothing()
    {
        var (usage, pipe) = (new ClientUsage(), new Pipe());
        var share = new CallShare(usage);
        var reader = new MeteredReader(pipe.Reader, share, Limit);
        await pipe.Writer.WriteAsync(new byte[10], Ct);
        var first = await reader.ReadAsync(Ct);
        Assert.Equal(10, usage.Bytes);
        share.Release();

        reader.AdvanceTo(first.Buffer.End);
        await pipe.Writer.WriteAsync(new byte[20], Ct);
        var second = await reader.ReadAsync(Ct);

        Assert.Equal((20, 0), (second.Buffer.Length, usage.Bytes));
        reader.AdvanceTo(second.Buffer.Start, second.Buffer.End);
        Assert.Equal(0, usage.Bytes);
    }

    private static async Task AbandonAsync(SecureHost host, GrpcChannel shared, Random random)
    {
        using var own = random.Next(20) == 0 ? host.Connect() : null;
        var runs = new RunService.RunServiceClient(own ?? shared);
        DateTime? deadline = random.Next(3) == 0 ? Now.AddMilliseconds(random.Next(1, 30)) : null;
        if (random.Next(3) == 0)
        {
            var reads = random.Next(4);
            using var watch = runs.WatchRun(new WatchRunRequest(), deadline: deadline, cancellationToken: Ct);
            for (var i = 0; i < reads && await watch.ResponseStream.MoveNext(Ct); i++)
            {
            }

            return;
        }

        using var upload = runs.UploadArtifact(deadline: deadline, cancellationToken: Ct);
        var (how, writes) = ((byte)random.Next(4), random.Next(5));
        for (var i = 0; i < writes; i++)
        {
            var data = new byte[random.Next(1, 100_000)];
            data[0] = how;
            await upload.RequestStream.WriteAsync(new UploadArtifactRequest { Data = ByteString.CopyFrom(data) }, Ct);
        }

        // Else the call is given up, or its connection.
        if (random.Next(2) == 0)
        {
            await upload.RequestStream.CompleteAsync();
            await upload;
        }
    }

    private static async Task UploadAsync(IAsyncStreamReader<UploadArtifactRequest> requests)
    {
        while (await requests.MoveNext(Ct))
        {
            switch (requests.Current.Data[0])
            {
                case 1:
                    throw new InvalidDataException("what came is not to be had");
                case 2:
                    _ = requests.MoveNext(Ct);
                    return;
                case 3:
                    return;
                default:
                    continue;
            }
        }
    }

    private static async Task WatchAsync(IServerStreamWriter<WatchRunResponse> responses, ServerCallContext context)
    {
        var answer = new WatchRunResponse { Status = new() { Error = new string('x', 50_000) } };
        while (true)
        {
            await responses.WriteAsync(answer, context.CancellationToken);
        }
    }

    private static async Task<string?> ReasonOfUploadAsync(GrpcChannel channel, int bytes)
    {
        using var call = new RunService.RunServiceClient(channel).UploadArtifact(cancellationToken: Ct);
        var failure = await Record.ExceptionAsync(async () =>
        {
            await call.RequestStream.WriteAsync(
                new UploadArtifactRequest { Data = ByteString.CopyFrom(new byte[bytes]) }, Ct);
            await call.RequestStream.CompleteAsync();
            await call;
        });
        return failure is null ? null : RpcErrors.Describe(Assert.IsType<RpcException>(failure)).Reason;
    }

    // Calls end at the server a little after they do here.
    private static async Task EventuallyAsync(Func<Task<bool>> condition)
    {
        for (var i = 0; i < 400; i++)
        {
            if (await condition())
            {
                return;
            }

            await Task.Delay(25, Ct);
        }

        Assert.Fail("it never came to be");
    }

    private static async Task CreditAsync(GrpcChannel channel) =>
        await new CreditService.CreditServiceClient(channel)
            .GetCreditAsync(new GetCreditRequest(), cancellationToken: Ct);

    private static bool Add(List<Task> calls, Task call)
    {
        calls.Add(call);
        return true;
    }

    /// <summary>A call that is open, or null where it was refused.</summary>
    private async Task<Task?> EnterAsync(GrpcChannel channel)
    {
        using var given = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var (call, entered) = (CreditAsync(channel), _entered.WaitAsync(given.Token));
        if (await Task.WhenAny(call, entered) == entered)
        {
            return call;
        }

        await given.CancelAsync();
        return null;
    }

    private async Task HoldAsync(ServerCallContext context)
    {
        _entered.Release();
        await _leave.WaitAsync(context.CancellationToken);
    }
}
