using System.Globalization;
using System.Net;
using System.Net.Sockets;
using KoopmanMesh.Interop.Client;
using KoopmanMesh.Interop.Tests.Hosting;

namespace KoopmanMesh.Interop.Tests;

/// <summary>The program, as make interop-server and make interop-client start it.</summary>
public sealed class ProgramTests
{
    [Fact]
    public async Task Server_FreePort_PrintsItAndServesAllCases()
    {
        await using var server = Start("server", "--port", "0");
        var line = await server.ReadLineAsync();

        await using var client = Start("client", "--port", line[(line.LastIndexOf(':') + 1)..], "--case", "all");
        var (exitCode, output, _) = await client.RunToEndAsync();

        Assert.Equal(0, exitCode);
        Assert.Equal(
            InteropCases.Names.Select(name => "PASS " + name),
            output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(passed => passed.Split(':')[0]));
    }

    [Fact]
    public async Task Client_NobodyListens_FailsWithExitCode1()
    {
        await using var client = Start("client", "--port", UnusedPort(), "--case", "empty_unary");

        var (exitCode, output, _) = await client.RunToEndAsync();

        Assert.Equal(1, exitCode);
        Assert.StartsWith("FAIL empty_unary: Status(StatusCode=\"Unavailable\"", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Client_UnknownCase_IsAUsageError()
    {
        await using var client = Start("client", "--port", "1", "--case", "tiny_unary");

        var (exitCode, _, errors) = await client.RunToEndAsync();

        Assert.Equal(2, exitCode);
        Assert.Contains("There is no case 'tiny_unary'; --help lists them.", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Client_SoakWithForgivenFailures_PassesAndCountsThem()
    {
        await using var client = StartSoak("rpc_soak", maxFailures: "3");

        var (exitCode, output, _) = await client.RunToEndAsync();

        Assert.Equal(0, exitCode);
        Assert.StartsWith("PASS rpc_soak: 3 calls, 3 failures", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Client_SoakWithMoreFailuresThanForgiven_Fails()
    {
        await using var client = StartSoak("channel_soak", maxFailures: "2");

        var (exitCode, output, _) = await client.RunToEndAsync();

        Assert.Equal(1, exitCode);
        Assert.StartsWith("FAIL channel_soak: 3 calls, 3 failures", output, StringComparison.Ordinal);
    }

    private static Peer StartSoak(string name, string maxFailures) => Start(
        "client", "--port", UnusedPort(), "--case", name, "--soak-iterations", "3", "--soak-max-failures", maxFailures);

    private static Peer Start(params IEnumerable<string> arguments) =>
        Peer.Start("dotnet", [Path.Combine(AppContext.BaseDirectory, "KoopmanMesh.Interop.dll"), .. arguments]);

    private static string UnusedPort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
    }
}
