using System.Diagnostics;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.Client;
using KoopmanMesh.Cli;
using KoopmanMesh.FunctionalTests.Hosting;
using KoopmanMesh.Run.V1;
using static Grpc.Health.V1.HealthCheckResponse.Types;

namespace KoopmanMesh.FunctionalTests.Transport;

/// <summary>Health and reflection of the whole mesh, seen by an official client.</summary>
public sealed class StandardServicesTests(MeshFixture mesh)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task OfficialPythonClient_FindsEveryServiceByReflectionAndItsHealth()
    {
        var root = SharedData.Repository;
        Assert.SkipUnless(root is not null, "the repository's root, which holds KoopmanMesh.sln, was not found");
        using var python = Process.Start(new ProcessStartInfo(
            "/usr/bin/python3", ["tests/FunctionalTests/Peers/standard_services.py", mesh.Address.Authority, "protos"])
        {
            WorkingDirectory = root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var error = python.StandardError.ReadToEndAsync(Token);
        var output = await python.StandardOutput.ReadToEndAsync(Token);
        await python.WaitForExitAsync(Token);

        Assert.True(python.ExitCode == 0, await error);
        Assert.Equal(
            """
            health overall SERVING
            health koopmanmesh.run.v1.RunService SERVING
            health koopmanmesh.training.v1.TrainingService SERVING
            health unknown NOT_FOUND True
            watch overall SERVING
            watch no.such.Service SERVICE_UNKNOWN
            v1 services 13 missing [] differing []
            v1 called ListMethods True
            v1 unknown 5
            v1alpha services 13 missing [] differing []
            v1alpha called ListMethods True
            v1alpha unknown 5

            """,
            output);
    }

    [Fact]
    public async Task Serve_ToldToStop_TurnsAwayWhileItDrainsThenEndsInGoodOrder()
    {
        using var program = RunningProgram.Start(
            new Dictionary<string, string> { ["Hosting__DrainDelay"] = "00:00:03" },
            "serve", "--port", "0", "--data-dir", mesh.NewPath("state"));
        var serving = await program.Output.ReadLineAsync(Token);
        var address = serving!.Split(' ').First(static w => w.StartsWith("http", StringComparison.Ordinal));
        using var channel = GrpcChannel.ForAddress(address);
        using var watch = new Health.HealthClient(channel).Watch(new HealthCheckRequest(), cancellationToken: Token);
        Assert.Equal(ServingStatus.Serving, await NextAsync(watch));

        await program.InterruptAsync();

        Assert.Equal(ServingStatus.NotServing, await NextAsync(watch));
        var e = await Assert.ThrowsAsync<RpcException>(() => new RunService.RunServiceClient(channel)
            .GetRunAsync(new GetRunRequest { RunId = "r-1" }, cancellationToken: Token).ResponseAsync);
        Assert.Equal(StatusCode.NotFound, e.StatusCode);
        Assert.False(await watch.ResponseStream.MoveNext(Token));
        Assert.Equal(ExitCodes.Success, (await program.EndAsync()).ExitCode);
    }

    private static async Task<ServingStatus> NextAsync(AsyncServerStreamingCall<HealthCheckResponse> watch)
    {
        Assert.True(await watch.ResponseStream.MoveNext(Token));
        return watch.ResponseStream.Current.Status;
    }
}
