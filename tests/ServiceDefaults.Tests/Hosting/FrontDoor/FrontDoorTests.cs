using Grpc.Core;
using KoopmanMesh.ServiceDefaults.Errors;

namespace KoopmanMesh.ServiceDefaults.Tests.Hosting.FrontDoor;

/// <summary>A call through the door is as one to the service itself.</summary>
public sealed class FrontDoorTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static CallOptions Options => new(cancellationToken: Ct);

    [Fact]
    public async Task Unary_WithMetadata_BringsAllOfItThereAndBack()
    {
        Metadata? seen = null;
        await using var mesh = await MeshAsync(new()
        {
            Unary = async (request, context) =>
            {
                seen = context.RequestHeaders;
                await context.WriteResponseHeadersAsync(new Metadata { { "head", "h" }, { "head-bin", [0, 255] } });
                context.ResponseTrailers.Add("tail", "t");
                context.ResponseTrailers.Add("tail-bin", [1, 254]);
                return request;
            },
        });
        var headers = new Metadata { { "asked", "a" }, { "asked-bin", [2, 253] }, { "authorization", "secret" } };

        using var call = mesh.Calls.AsyncUnaryCall(RawOperators.Unary, null, Options.WithHeaders(headers), [7, 8]);

        Assert.Equal([7, 8], await call);
        Assert.Equal("a", seen!.GetValue("asked"));
        Assert.Equal([2, 253], seen.GetValueBytes("asked-bin"));
        Assert.Null(seen.GetValue("authorization"));
        var answered = await call.ResponseHeadersAsync;
        Assert.Equal("h", answered.GetValue("head"));
        Assert.Equal([0, 255], answered.GetValueBytes("head-bin"));
        Assert.Equal("t", call.GetTrailers().GetValue("tail"));
        Assert.Equal([1, 254], call.GetTrailers().GetValueBytes("tail-bin"));
    }

    [Fact]
    public async Task Streams_EitherWay_BringEveryMessageInOrder()
    {
        await using var mesh = await MeshAsync(new());
        byte[] all = [.. Enumerable.Range(0, 200).Select(static i => (byte)i)];

        using var up = mesh.Calls.AsyncClientStreamingCall(RawOperators.Up, null, Options);
        foreach (var value in all)
        {
            await up.RequestStream.WriteAsync([value], Ct);
        }

        await up.RequestStream.CompleteAsync();
        using var down = mesh.Calls.AsyncServerStreamingCall(RawOperators.Down, null, Options, all);
        var counted = await down.ResponseStream.ReadAllAsync(Ct).SelectMany(static m => m).ToArrayAsync(Ct);

        Assert.Equal(all, await up);
        Assert.Equal(all, counted);
    }

    [Fact]
    public async Task Duplex_QuestionByQuestion_IsAnsweredWithoutWaitingForMore()
    {
        await using var mesh = await MeshAsync(new());
        using var chat = mesh.Calls.AsyncDuplexStreamingCall(RawOperators.Both, null, Options);

        for (byte i = 0; i < 20; i++)
        {
            await chat.RequestStream.WriteAsync([i], Ct);
            Assert.True(await chat.ResponseStream.MoveNext(Ct));
            Assert.Equal([i], chat.ResponseStream.Current);
        }

        await chat.RequestStream.CompleteAsync();
        Assert.False(await chat.ResponseStream.MoveNext(Ct));
        Assert.Equal(StatusCode.OK, chat.GetStatus().StatusCode);
    }

    [Fact]
    public async Task Stream_ThatAnswersBeforeItIsAsked_ShowsItsHeadAtOnce()
    {
        await using var mesh = await MeshAsync(new()
        {
            Both = static async (requests, _, context) =>
            {
                await context.WriteResponseHeadersAsync(new Metadata { { "ready", "yes" } });
                await requests.MoveNext(context.CancellationToken);
            },
        });
        using var chat = mesh.Calls.AsyncDuplexStreamingCall(RawOperators.Both, null, Options);

        Assert.Equal("yes", (await chat.ResponseHeadersAsync).GetValue("ready"));

        await chat.RequestStream.CompleteAsync();
    }

    [Fact]
    public async Task Message_OfMegabytes_IsTheSameAtTheOtherEnd()
    {
        await using var mesh = await MeshAsync(new());
        var large = new byte[3 << 20];
        new Random(1).NextBytes(large);

        using var call = mesh.Calls.AsyncUnaryCall(RawOperators.Unary, null, Options, large);

        Assert.Equal(large, await call);
    }

    [Fact]
    public async Task Refusal_WithDetails_KeepsThem()
    {
        await using var mesh = await MeshAsync(new()
        {
            Unary = static (_, _) =>
                throw new ResourceNotFoundException("OPERATOR_NOT_FOUND", "operator", "x", "there is no operator 'x'"),
        });

        var e = await Assert.ThrowsAsync<RpcException>(() => CallAsync(mesh));

        var error = RpcErrors.Describe(e);
        Assert.Equal(
            (StatusCode.NotFound, "OPERATOR_NOT_FOUND", "there is no operator 'x'", "operator"),
            (e.StatusCode, error.Reason, error.Message, error.ResourceType));
    }

    [Fact]
    public async Task Failure_AfterMessages_ComesBehindThem()
    {
        await using var mesh = await MeshAsync(new()
        {
            Down = static async (request, responses, context) =>
            {
                await responses.WriteAsync(request, context.CancellationToken);
                throw new CapacityException("TOO_MUCH", "that was too much, expected less");
            },
        });
        using var down = mesh.Calls.AsyncServerStreamingCall(RawOperators.Down, null, Options, [5]);

        Assert.True(await down.ResponseStream.MoveNext(Ct));
        var e = await Assert.ThrowsAsync<RpcException>(() => down.ResponseStream.MoveNext(Ct));

        Assert.Equal("TOO_MUCH", RpcErrors.Describe(e).Reason);
    }

    [Fact]
    public async Task Cancellation_OfTheClient_ReachesTheService()
    {
        var begun = new TaskCompletionSource();
        var cancelled = new TaskCompletionSource();
        await using var mesh = await MeshAsync(new()
        {
            Both = async (requests, _, context) =>
            {
                begun.SetResult();
                await Task.Delay(Timeout.Infinite, context.CancellationToken)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                cancelled.SetResult();
            },
        });
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        using var chat = mesh.Calls.AsyncDuplexStreamingCall(
            RawOperators.Both, null, new CallOptions(cancellationToken: patience.Token));
        await begun.Task.WaitAsync(Ct);

        await patience.CancelAsync();

        await cancelled.Task.WaitAsync(Ct);
    }

    [Fact]
    public async Task Cancellations_InTheMiddleOfMessages_DisturbNoOtherCall()
    {
        await using var mesh = await MeshAsync(new());
        using var chat = mesh.Calls.AsyncDuplexStreamingCall(RawOperators.Both, null, Options);

        for (byte i = 0; i < 50; i++)
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(Ct);
            using var up = mesh.Calls.AsyncClientStreamingCall(
                RawOperators.Up, null, new CallOptions(cancellationToken: patience.Token));
            await up.RequestStream.WriteAsync(new byte[100_000], Ct);
            var write = up.RequestStream.WriteAsync(new byte[2_000_000], Ct);
            await patience.CancelAsync();
            await Assert.ThrowsAnyAsync<Exception>(async () => await up);
            await Task.WhenAny(write);

            await chat.RequestStream.WriteAsync([i], Ct);
            Assert.True(await chat.ResponseStream.MoveNext(Ct));
            Assert.Equal([i], chat.ResponseStream.Current);
        }

        await chat.RequestStream.CompleteAsync();
        Assert.False(await chat.ResponseStream.MoveNext(Ct));
    }

    [Fact]
    public async Task Deadline_OfTheClient_IsTheServices()
    {
        var deadline = DateTime.MaxValue;
        await using var mesh = await MeshAsync(new()
        {
            Unary = async (request, context) =>
            {
                deadline = context.Deadline;
                await Task.Delay(Timeout.Infinite, context.CancellationToken);
                return request;
            },
        });
        var asked = TimeProvider.System.GetUtcNow().UtcDateTime + TimeSpan.FromSeconds(1);

        using var call = mesh.Calls.AsyncUnaryCall(RawOperators.Unary, null, Options.WithDeadline(asked), []);
        var e = await Assert.ThrowsAsync<RpcException>(async () => await call);

        Assert.Equal(StatusCode.DeadlineExceeded, e.StatusCode);
        Assert.InRange(deadline, asked - TimeSpan.FromSeconds(1), asked + TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Service_ThatReadsNothing_MakesItsClientWait()
    {
        const int megabyte = 1 << 20;
        const int windows = 32;
        await using var mesh = await MeshAsync(new()
        {
            Up = static async (_, context) =>
            {
                await Task.Delay(Timeout.Infinite, context.CancellationToken)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                return [];
            },
        });
        using var up = mesh.Calls.AsyncClientStreamingCall(RawOperators.Up, null, Options);
        var message = new byte[megabyte];
        var written = 0;
        Task write;
        do
        {
            write = up.RequestStream.WriteAsync(message, Ct);
            await Task.WhenAny(write, Task.Delay(TimeSpan.FromSeconds(2), Ct));
            written += write.IsCompleted ? 1 : 0;
        }
        while (write.IsCompleted && written < windows);

        Assert.InRange(written, 0, windows - 1);
    }

    [Fact]
    public async Task Answer_ThatNobodyReads_MakesItsServiceWait()
    {
        const int megabyte = 1 << 20;
        const int windows = 32;
        var written = 0;
        var stuck = new TaskCompletionSource();
        await using var mesh = await MeshAsync(new()
        {
            Down = async (_, responses, context) =>
            {
                for (var i = 0; i < windows; i++)
                {
                    var write = responses.WriteAsync(new byte[megabyte], context.CancellationToken);
                    await Task.WhenAny(write, Task.Delay(TimeSpan.FromSeconds(2), CancellationToken.None));
                    if (!write.IsCompleted)
                    {
                        break;
                    }

                    written++;
                }

                stuck.SetResult();
            },
        });

        using var down = mesh.Calls.AsyncServerStreamingCall(RawOperators.Down, null, Options, []);
        await stuck.Task.WaitAsync(Ct);

        Assert.InRange(written, 0, windows - 1);
    }

    [Fact]
    public async Task Service_ThatEndsWithoutReadingAll_EndsTheCall()
    {
        await using var mesh = await MeshAsync(new() { Up = static (_, _) => Task.FromResult<byte[]>([1]) });
        using var up = mesh.Calls.AsyncClientStreamingCall(RawOperators.Up, null, Options);

        Assert.Equal([1], await up);
    }

    [Fact]
    public async Task Request_ThatIsNoGrpc_IsRefusedWhereItComesIn()
    {
        await using var mesh = await MeshAsync(new());
        using var http = new HttpClient { DefaultRequestVersion = new Version(2, 0) };
        http.DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact;

        using var answer = await http.PostAsync(
            new Uri(mesh.Door.Address, RawOperators.Unary.FullName), new StringContent("hello"), Ct);

        Assert.Equal(System.Net.HttpStatusCode.UnsupportedMediaType, answer.StatusCode);
        Assert.Equal(0, mesh.Script.Calls);
    }

    [Theory]
    [InlineData("koopmanmesh.operator.v1.OperatorService", "Nothing")]
    [InlineData("koopmanmesh.unknown.v1.Service", "ListMethods")]
    [InlineData("koopmanmesh.credit.v1.CreditService", "GetCredit")]
    public async Task Method_ThatNobodyIsKnownToHave_IsNotForwarded(string service, string name)
    {
        await using var mesh = await MeshAsync(new());
        var method = new Method<byte[], byte[]>(
            MethodType.Unary, service, name,
            RawOperators.Unary.RequestMarshaller, RawOperators.Unary.ResponseMarshaller);

        using var call = mesh.Calls.AsyncUnaryCall(method, null, Options, []);
        var e = await Assert.ThrowsAsync<RpcException>(async () => await call);

        Assert.Equal(StatusCode.Unimplemented, e.StatusCode);
    }

    private static async Task CallAsync(DoorAndReplica mesh)
    {
        using var call = mesh.Calls.AsyncUnaryCall(RawOperators.Unary, null, Options, []);
        await call;
    }

    private static async Task<DoorAndReplica> MeshAsync(RawOperators.Script script)
    {
        var replica = await TestHost.ReplicaAsync(script);
        return new DoorAndReplica(await TestHost.DoorAsync(replica.Address.OriginalString), replica, script);
    }

    private sealed record DoorAndReplica(TestHost Door, TestHost Replica, RawOperators.Script Script) : IAsyncDisposable
    {
        public CallInvoker Calls => Door.Calls;

        public async ValueTask DisposeAsync()
        {
            await Door.DisposeAsync();
            await Replica.DisposeAsync();
        }
    }
}
