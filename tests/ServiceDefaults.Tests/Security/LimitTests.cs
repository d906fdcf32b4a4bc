using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using KoopmanMesh.Credit.V1;
using KoopmanMesh.Run.V1;
using KoopmanMesh.ServiceDefaults.Errors;
using KoopmanMesh.ServiceDefaults.Security;
using KoopmanMesh.ServiceDefaults.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace KoopmanMesh.ServiceDefaults.Tests.Security;

public sealed class LimitTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Client_WithAsManyCallsAsItMayHave_IsRefusedTheNext_UntilOneEnds()
    {
        var (entered, leave) = (new SemaphoreSlim(0), new SemaphoreSlim(0));
        var service = new SecureHost.Scripted
        {
            Credit = async context =>
            {
                entered.Release();
                await leave.WaitAsync(context.CancellationToken);
            },
        };
        await using var host = await SecureHost.StartAsync(service, ("Limits:MaxCallsPerClient", "2"));
        using var channel = host.Connect();
        var client = new CreditService.CreditServiceClient(channel);
        var open = Enumerable.Range(0, 2).Select(_ => CallAsync(client)).ToList();
        await entered.WaitAsync(Ct);
        await entered.WaitAsync(Ct);

        var e = await Assert.ThrowsAsync<RpcException>(() => CallAsync(client));

        var error = RpcErrors.Describe(e);
        Assert.Equal((StatusCode.ResourceExhausted, "CALLS_PER_CLIENT"), (e.StatusCode, error.Reason));
        Assert.True(error.RetryAfter > TimeSpan.Zero);

        leave.Release(2);
        await Task.WhenAll(open);
        leave.Release();
        await CallAsync(client);
    }

    [Fact]
    public async Task Clients_WithTokens_AreLimitedEachByItself()
    {
        using var issuer = new TestIssuer();
        using var folder = new TemporaryFolder();
        var keys = Path.Combine(folder.Path, "keys.json");
        await File.WriteAllTextAsync(keys, issuer.KeySet, Ct);
        var (entered, leave) = (new SemaphoreSlim(0), new SemaphoreSlim(0));
        var service = new SecureHost.Scripted
        {
            Credit = async context =>
            {
                entered.Release();
                await leave.WaitAsync(context.CancellationToken);
            },
        };
        await using var host = await SecureHost.StartAsync(
            service, ("Limits:MaxCallsPerClient", "1"), ("Security:Tokens:Keys", keys),
            ("Security:Tokens:Issuer", TestIssuer.Name), ("Security:Tokens:Audience", TestIssuer.Audience));
        var alice = host.CallAsync(token: issuer.Token());
        await entered.WaitAsync(Ct);

        var refused = await Assert.ThrowsAsync<RpcException>(() => host.CallAsync(token: issuer.Token(("jti", "2"))));
        var bob = host.CallAsync(token: issuer.Token(("sub", "bob")));
        await entered.WaitAsync(Ct);
        leave.Release(2);

        Assert.Equal(StatusCode.ResourceExhausted, refused.StatusCode);
        Assert.Equal(["answered", "answered"], await Task.WhenAll(alice, bob));
    }

    [Fact]
    public async Task Connections_BeyondThoseOfAnAddress_AreRefused_AndOthersServeOn()
    {
        await using var host = await SecureHost.StartAsync(("Limits:MaxConnectionsPerAddress", "1"));
        using var first = host.Connect();
        await CallAsync(new(first));
        using var second = host.Connect();

        var e = await Assert.ThrowsAsync<RpcException>(() => CallAsync(new(second)));

        Assert.Equal(StatusCode.Unavailable, e.StatusCode);
        await CallAsync(new(first));
        Assert.Contains(host.Logs.Entries, entry => entry.Message.Contains("was refused", StringComparison.Ordinal));
    }

    [Fact]
    public void ConnectionLimits_CountEachAddressAndAll()
    {
        var limits = new ConnectionLimits(
            new() { MaxConnections = 3, MaxConnectionsPerAddress = 2 }, TimeProvider.System, NullLogger.Instance);

        Assert.True(limits.TryEnter("a"));
        Assert.True(limits.TryEnter("a"));
        Assert.False(limits.TryEnter("a"));
        Assert.True(limits.TryEnter("b"));
        Assert.False(limits.TryEnter("c"));
        limits.Leave("a");
        Assert.True(limits.TryEnter("c"));
    }

    [Theory]
    [InlineData("10.1.2.3", "10.1.2.3")]
    [InlineData("::ffff:10.1.2.3", "10.1.2.3")]
    [InlineData("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64")]
    [InlineData("::1", "::1")]
    public void Address_OfAClient_IsWhatItCantChangeAtWill(string address, string expected) =>
        Assert.Equal(expected, ClientConnection.AddressOf(System.Net.IPAddress.Parse(address)));

    // A message can't be consumed before it is there in full.
    [Fact]
    public async Task Client_WithMoreReceivedThanItMayHave_IsRefused_AndServedAgainOnceThatIsGone()
    {
        var service = new SecureHost.Scripted { Upload = requests => requests.MoveNext(Ct) };
        await using var host = await SecureHost.StartAsync(service, ("Limits:MaxBytesInFlightPerClient", "1048576"));
        using var channel = host.Connect();
        var client = new RunService.RunServiceClient(channel);

        var e = await UploadAsync(client, 2 << 20);

        Assert.Equal(StatusCode.ResourceExhausted, e?.StatusCode);
        Assert.Equal("BYTES_PER_CLIENT", RpcErrors.Describe(e!).Reason);
        Assert.True(RpcErrors.Describe(e!).RetryAfter > TimeSpan.Zero);
        Assert.Null(await UploadAsync(client, 512 << 10));
    }

    [Fact]
    public async Task Client_ThatReadsNothing_IsRefusedMoreThanItMayHaveWaiting()
    {
        var refused = new TaskCompletionSource<RpcException>(TaskCreationOptions.RunContinuationsAsynchronously);
        var service = new SecureHost.Scripted
        {
            Watch = async (responses, context) =>
            {
                var answer = new WatchRunResponse { Status = new() { Error = new string('x', 512 << 10) } };
                try
                {
                    while (true)
                    {
                        await responses.WriteAsync(answer, context.CancellationToken);
                    }
                }
                catch (RpcException e)
                {
                    refused.TrySetResult(e);
                    throw;
                }
            },
        };
        await using var host = await SecureHost.StartAsync(service, ("Limits:MaxBytesInFlightPerClient", "1048576"));
        using var channel = host.Connect();
        var client = new RunService.RunServiceClient(channel);

        // Each of them stops when the client's window is full, with one answer waiting; what comes too late for one is
        // refused at the door.
        var calls = Enumerable.Range(0, 6)
            .Select(_ => client.WatchRun(new WatchRunRequest(), cancellationToken: Ct)).ToList();
        foreach (var call in calls)
        {
            _ = call.ResponseStream.MoveNext(Ct).ContinueWith(
                read => refused.TrySetResult((RpcException)read.Exception!.InnerException!), Ct,
                TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        }

        var e = await refused.Task.WaitAsync(Ct);

        Assert.Equal(
            (StatusCode.ResourceExhausted, "BYTES_PER_CLIENT"), (e.StatusCode, RpcErrors.Describe(e).Reason));
        calls.ForEach(call => call.Dispose());
    }

    [Fact]
    public async Task Connection_ThatGrowsOld_TakesNoMoreCalls_ButEndsThoseItHas()
    {
        var (entered, leave) = (new SemaphoreSlim(0), new SemaphoreSlim(0));
        var ports = new System.Collections.Concurrent.ConcurrentBag<string>();
        var service = new SecureHost.Scripted
        {
            Credit = async context =>
            {
                ports.Add(context.Peer);
                if (ports.Count == 1)
                {
                    entered.Release();
                    await leave.WaitAsync(context.CancellationToken);
                }
            },
        };
        await using var host = await SecureHost.StartAsync(service, ("Limits:MaxConnectionAge", "00:00:00.2"));
        using var channel = host.Connect();
        var client = new CreditService.CreditServiceClient(channel);
        var early = CallAsync(client);
        await entered.WaitAsync(Ct);

        // New calls go to a new connection as soon as the old one has said that it takes no more.
        while (ports.Distinct().Count() < 2)
        {
            await CallAsync(client);
        }

        leave.Release();
        await early;
    }

    [Fact]
    public void Limits_WithEverythingWrong_ListEveryFailure()
    {
        var options = new LimitOptions
        {
            MaxConnections = 0,
            MaxConnectionsPerAddress = 0,
            MaxStreamsPerConnection = 0,
            MaxCallsPerClient = 0,
            MaxBytesInFlightPerClient = 1,
            StreamWindowBytes = 1,
            ConnectionWindowBytes = 1,
            ResponseBufferBytes = 1,
            MaxHeaderBytes = 1,
            MaxHeaders = 1,
            HandshakeTimeout = TimeSpan.Zero,
            IdleTimeout = TimeSpan.Zero,
            PingDelay = TimeSpan.FromTicks(1),
            PingTimeout = TimeSpan.Zero,
            MaxConnectionAge = TimeSpan.FromTicks(-1),
        };

        var failures = new LimitOptionsValidator().Validate(null, options).Failures!.ToList();

        Assert.Equal(typeof(LimitOptions).GetProperties().Length, failures.Count);
        Assert.Contains("Limits:MaxConnections is 0, expected at least 1", failures);
        Assert.Contains("Limits:StreamWindowBytes is 1, expected 65536 to 16777216", failures);
        Assert.True(new LimitOptionsValidator().Validate(null, new LimitOptions()).Succeeded);
    }

    private static async Task CallAsync(CreditService.CreditServiceClient client) =>
        await client.GetCreditAsync(new GetCreditRequest(), cancellationToken: Ct);

    /// <summary>Sends one large message, and gives what the call was refused with, or null where it wasn't.</summary>
    private static async Task<RpcException?> UploadAsync(RunService.RunServiceClient client, int bytes)
    {
        using var call = client.UploadArtifact(cancellationToken: Ct);
        return await Record.ExceptionAsync(async () =>
        {
            await call.RequestStream.WriteAsync(
                new UploadArtifactRequest { Data = ByteString.CopyFrom(new byte[bytes]) }, Ct);
            await call.RequestStream.CompleteAsync();
            await call;
        }) as RpcException;
    }
}
