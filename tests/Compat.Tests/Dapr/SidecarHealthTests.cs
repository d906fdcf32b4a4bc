using Dapr.Client;

namespace KoopmanMesh.Compat.Tests.Dapr;

/// <summary>Health as https://docs.dapr.io/reference/api/health_api/ documents it.</summary>
public sealed class SidecarHealthTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task CheckHealth_AsksForTheWholeAndOutboundForTheSidecarAlone()
    {
        await using var sidecar = await RecordingSidecar.StartAsync();
        sidecar.HealthOf = static path => path == "/v1.0/healthz/outbound" ? 204 : 500;
        using var client = new DaprClientBuilder().UseHttpEndpoint(sidecar.Address).Build();

        Assert.False(await client.CheckHealthAsync(Ct));
        Assert.True(await client.CheckOutboundHealthAsync(Ct));
        Assert.Equal(["/v1.0/healthz", "/v1.0/healthz/outbound"], sidecar.Requests.Select(r => r.Target));
    }

    [Fact]
    public async Task CheckHealth_WithoutASidecar_IsFalse()
    {
        var sidecar = await RecordingSidecar.StartAsync();
        using var client = new DaprClientBuilder().UseHttpEndpoint(sidecar.Address).Build();
        await sidecar.DisposeAsync();

        Assert.False(await client.CheckHealthAsync(Ct));
        Assert.False(await client.CheckOutboundHealthAsync(Ct));
    }

    [Fact]
    public async Task WaitForSidecar_ReturnsWhenItIsReady()
    {
        var asked = 0;
        await using var sidecar = await RecordingSidecar.StartAsync();
        sidecar.HealthOf = _ => Interlocked.Increment(ref asked) < 2 ? 500 : 204;
        using var client = new DaprClientBuilder().UseHttpEndpoint(sidecar.Address).Build();

        await client.WaitForSidecarAsync(Ct);

        Assert.Equal(2, sidecar.Requests.Count);
    }

    [Fact]
    public void Build_OverAnotherScheme_IsRefused()
    {
        var builder = new DaprClientBuilder().UseHttpEndpoint("ftp://localhost:1");

        Assert.Throws<InvalidOperationException>(builder.Build);
    }
}
