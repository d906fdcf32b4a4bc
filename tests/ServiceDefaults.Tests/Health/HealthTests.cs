using Grpc.Core;
using Grpc.Health.V1;
using KoopmanMesh.Credit.V1;
using KoopmanMesh.ServiceDefaults.Errors;
using KoopmanMesh.ServiceDefaults.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using static Grpc.Health.V1.HealthCheckResponse.Types;

namespace KoopmanMesh.ServiceDefaults.Tests.Health;

public sealed class HealthTests
{
    private const string Credit = "koopmanmesh.credit.v1.CreditService";
    private const string Reflection = "grpc.reflection.v1.ServerReflection";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("")]
    [InlineData(Credit)]
    [InlineData(Reflection)]
    public async Task Check_OfTheHostAndOfWhatItMaps_IsServing(string service)
    {
        await using var host = await CreditHost.StartAsync();

        Assert.Equal(ServingStatus.Serving, await CheckAsync(host, service));
    }

    [Fact]
    public async Task Check_OfAServiceThatIsNotMapped_IsNotFoundWithDetails()
    {
        await using var host = await CreditHost.StartAsync();

        var e = await Assert.ThrowsAsync<RpcException>(() => CheckAsync(host, "no.such.Service"));

        Assert.Equal((StatusCode.NotFound, "NOT_FOUND"), (e.StatusCode, RpcErrors.Describe(e).Reason));
        Assert.NotNull(e.Trailers.GetValueBytes("grpc-status-details-bin"));
    }

    [Fact]
    public async Task Watch_OfAServiceThatIsNotMapped_SaysSoAndGoesOn()
    {
        await using var host = await CreditHost.StartAsync();
        using var watch = Client(host).Watch(
            new HealthCheckRequest { Service = "no.such.Service" }, cancellationToken: Ct);

        Assert.Equal(ServingStatus.ServiceUnknown, await NextAsync(watch));
    }

    [Fact]
    public async Task Stop_WithADrainDelay_FirstTurnsAwayAndStillServes()
    {
        var clock = new ManualTimeProvider();
        await using var host = await CreditHost.StartAsync(builder =>
        {
            builder.Configuration["Hosting:DrainDelay"] = "00:00:10";
            builder.Services.AddSingleton<TimeProvider>(clock);
        });
        using var watch = Client(host).Watch(new HealthCheckRequest(), cancellationToken: Ct);
        Assert.Equal(ServingStatus.Serving, await NextAsync(watch));

        var stopping = host.App.StopAsync(Ct);

        Assert.Equal(ServingStatus.NotServing, await NextAsync(watch));
        Assert.Equal(ServingStatus.NotServing, await CheckAsync(host, Credit));
        await new CreditService.CreditServiceClient(host.Channel).GetCreditAsync(new(), cancellationToken: Ct);
        Assert.False(stopping.IsCompleted);
        while (!stopping.IsCompleted)
        {
            clock.Advance(TimeSpan.FromSeconds(10));
            await Task.Yield();
        }

        await stopping;
        Assert.False(await watch.ResponseStream.MoveNext(Ct));
        Assert.Equal(StatusCode.OK, watch.GetStatus().StatusCode);
    }

    [Fact]
    public async Task Check_WhileAReadinessCheckFails_IsNotServingForWhatItSpeaksFor()
    {
        var database = new Switch();
        await using var host = await CreditHost.StartAsync(builder =>
        {
            builder.Configuration["Health:CheckPeriod"] = "00:00:00.1";
            builder.Services.AddHealthChecks().AddCheck("database", database, tags: [Credit]);
        });
        using var watch = Client(host).Watch(new HealthCheckRequest { Service = Credit }, cancellationToken: Ct);
        await UntilAsync(watch, ServingStatus.Serving);

        database.Broken = true;

        await UntilAsync(watch, ServingStatus.NotServing);
        Assert.Equal(ServingStatus.NotServing, await CheckAsync(host, ""));
        Assert.Equal(ServingStatus.Serving, await CheckAsync(host, Reflection));
        database.Broken = false;
        await UntilAsync(watch, ServingStatus.Serving);
    }

    private static Grpc.Health.V1.Health.HealthClient Client(CreditHost host) => new(host.Channel);

    private static async Task<ServingStatus> CheckAsync(CreditHost host, string service) =>
        (await Client(host).CheckAsync(new HealthCheckRequest { Service = service }, cancellationToken: Ct)).Status;

    private static async Task<ServingStatus> NextAsync(AsyncServerStreamingCall<HealthCheckResponse> watch)
    {
        Assert.True(await watch.ResponseStream.MoveNext(Ct));
        return watch.ResponseStream.Current.Status;
    }

    private static async Task UntilAsync(AsyncServerStreamingCall<HealthCheckResponse> watch, ServingStatus status)
    {
        while (await NextAsync(watch) != status)
        {
        }
    }

    private sealed class Switch : IHealthCheck
    {
        public volatile bool Broken;

        public Task<HealthCheckResult> CheckHealthAsync(
            HealthCheckContext context, CancellationToken cancellationToken) =>
            Task.FromResult(Broken ? HealthCheckResult.Unhealthy() : HealthCheckResult.Healthy());
    }
}
