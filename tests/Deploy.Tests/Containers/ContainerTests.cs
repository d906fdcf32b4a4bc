using System.Net;
using System.Net.Sockets;
using Grpc.Health.V1;
using Grpc.Net.Client;

namespace KoopmanMesh.Deploy.Tests.Containers;

/// <summary>The image that users build, run as narrowly as the cluster runs it.</summary>
public sealed class ContainerTests
{
    /// <summary>More than a loaded machine takes to start; a host that never starts fails by it.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(2);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Image_ReadOnlyAsAUserWithoutCapabilities_BecomesHealthyAndStopsWhenTold()
    {
        await Engine.RequireAsync(Token);
        await using var image = await Engine.BuildAsync("capture", Token);
        var libraries = await image.AskAsync("ldconfig -p; ldd /app/libonnxruntime.so.1", Token);
        var (grpc, http) = (FreePort(), FreePort());
        await using var container = await Engine.StartAsync(image, new Dictionary<string, string>
        {
            ["Hosting__Listen"] = $"127.0.0.1:{grpc}",
            ["Hosting__InternalListen"] = $"127.0.0.1:{http}",
            ["Hosting__DrainDelay"] = "00:00:01",
        }, Token);

        using HttpClient client = new() { BaseAddress = new Uri($"http://127.0.0.1:{http}") };
        await UntilAsync(async () => (await client.GetAsync("/readyz", Token)).IsSuccessStatusCode, container);
        using var channel = GrpcChannel.ForAddress($"http://127.0.0.1:{grpc}");
        var health = await new Health.HealthClient(channel)
            .CheckAsync(new HealthCheckRequest(), cancellationToken: Token);
        var exitCode = await container.StopAsync(TimeSpan.FromMinutes(1), Token);

        Assert.Contains("libopenblas.so.0", libraries, StringComparison.Ordinal);
        Assert.DoesNotContain("not found", libraries, StringComparison.Ordinal);
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, health.Status);
        Assert.Equal("true", await container.InspectAsync("{{.HostConfig.ReadonlyRootfs}}", Token));
        Assert.Equal(0, exitCode);
        Assert.Equal("false", await container.InspectAsync("{{.State.OOMKilled}}", Token));
    }

    /// <summary>Asks until the answer is yes; what the container wrote says why it never was.</summary>
    private static async Task UntilAsync(Func<Task<bool>> ask, Container container)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Token);
        patience.CancelAfter(_patience);
        while (!await AskAsync(ask))
        {
            if (patience.IsCancellationRequested || await container.InspectAsync("{{.State.Running}}", Token) != "true")
            {
                Assert.Fail($"it never became ready: {await container.LogsAsync(Token)}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(200), Token);
        }
    }

    private static async Task<bool> AskAsync(Func<Task<bool>> ask)
    {
        try
        {
            return await ask();
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
