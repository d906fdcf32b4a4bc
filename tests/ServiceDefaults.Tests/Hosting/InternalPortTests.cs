using System.Net;
using System.Text.Json;
using Grpc.Core;
using KoopmanMesh.ServiceDefaults.Tests.Hosting.FrontDoor;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace KoopmanMesh.ServiceDefaults.Tests.Hosting;

/// <summary>The port of probes is apart from that of gRPC.</summary>
public sealed class InternalPortTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Probes_OfAHostThatServes_AreGood()
    {
        await using var host = await StartAsync();

        foreach (var probe in new[] { "livez", "startupz", "readyz" })
        {
            while (await GetAsync(host.Internal, probe, HttpVersion.Version11) is not (HttpStatusCode.OK, _))
            {
                // It has just started.
                Ct.ThrowIfCancellationRequested();
            }
        }
    }

    [Fact]
    public async Task Readiness_WithAFailingCheck_NamesItAndLivenessStays()
    {
        await using var host = await StartAsync(static builder => builder.Services.AddHealthChecks()
            .AddCheck("ledger", static () => HealthCheckResult.Unhealthy("the ledger does not answer")));

        var (status, body) = await GetAsync(host.Internal, "readyz", HttpVersion.Version11);
        while (body.Contains("starting", StringComparison.Ordinal))
        {
            (status, body) = await GetAsync(host.Internal, "readyz", HttpVersion.Version11);
        }

        var (alive, _) = await GetAsync(host.Internal, "livez", HttpVersion.Version11);

        Assert.Equal((HttpStatusCode.ServiceUnavailable, HttpStatusCode.OK), (status, alive));
        using var document = JsonDocument.Parse(body);
        var failing = document.RootElement.GetProperty("failing").EnumerateArray().Single();
        Assert.Equal(
            ("ledger", "the ledger does not answer"),
            (failing.GetProperty("check").GetString(), failing.GetProperty("problem").GetString()));
    }

    [Theory]
    [InlineData("livez")]
    [InlineData("readyz")]
    [InlineData("dapr/subscribe")]
    public async Task GrpcPort_AskedForWhatIsInternal_HasNone(string path)
    {
        await using var host = await StartAsync();

        var (status, _) = await GetAsync(host.Grpc, path, HttpVersion.Version20, $"127.0.0.1:{host.Internal.Port}");

        Assert.Equal(HttpStatusCode.NotFound, status);
    }

    [Fact]
    public async Task InternalPort_AskedForAGrpcMethod_HasNone()
    {
        await using var host = await StartAsync();
        using var http = new HttpClient();
        using var content = new ByteArrayContent([0, 0, 0, 0, 0]);
        content.Headers.ContentType = new("application/grpc");

        using var answer = await http.PostAsync(new Uri(host.Internal, RawOperators.Unary.FullName), content, Ct);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task GrpcPort_BesideAnInternalOne_ServesAsEver()
    {
        await using var host = await StartAsync();

        using var call = host.Host.Calls.AsyncUnaryCall(
            RawOperators.Unary, null, new CallOptions(cancellationToken: Ct), [3]);

        Assert.Equal([3], await call);
    }

    private static async Task<(HttpStatusCode Status, string Body)> GetAsync(
        Uri address, string path, Version version, string? host = null)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(address, path))
        {
            Version = version,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        request.Headers.Host = host;
        using var answer = await http.SendAsync(request, Ct);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(Ct));
    }

    private static async Task<TwoPorts> StartAsync(Action<WebApplicationBuilder>? configure = null)
    {
        IServerAddressesFeature? addresses = null;
        var host = await TestHost.StartAsync(
            builder =>
            {
                builder.Services.AddSingleton(new RawOperators.Script());
                configure?.Invoke(builder);
            },
            app =>
            {
                app.MapGrpcService<RawOperators>();
                addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>();
            },
            [("Hosting:InternalListen", "127.0.0.1:0")]);
        return new TwoPorts(host, new Uri(addresses!.Addresses.Last()));
    }

    private sealed record TwoPorts(TestHost Host, Uri Internal) : IAsyncDisposable
    {
        public Uri Grpc => Host.Address;

        public ValueTask DisposeAsync() => Host.DisposeAsync();
    }
}
