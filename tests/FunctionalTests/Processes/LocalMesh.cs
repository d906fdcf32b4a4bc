using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using KoopmanMesh.FunctionalTests.Hosting;
using KoopmanMesh.FunctionalTests.Processes;

[assembly: AssemblyFixture(typeof(LocalMesh))]

namespace KoopmanMesh.FunctionalTests.Processes;

/// <summary>
/// A mesh of processes, started by <c>koopmesh up</c> when a test first wants it: two capture, two koopman, one credit,
/// a PostgreSQL and a Redis of their own, and doubles of the sidecar.
/// </summary>
public sealed partial class LocalMesh : IAsyncLifetime
{
    private RunningProgram? _up;

    public string Folder { get; } = Directory.CreateTempSubdirectory("koopmesh-up-").FullName;

    public string Endpoint { get; private set; } = "";

    internal static string Sidecar => Path.Combine(AppContext.BaseDirectory, "KoopmanMesh.Sidecar");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_up is not null)
        {
            await _up.InterruptAsync();
            await _up.WaitAsync();
            _up.Dispose();
        }

        Directory.Delete(Folder, recursive: true);
    }

    /// <summary>Starts it, unless it runs.</summary>
    internal async Task<LocalMesh> StartAsync()
    {
        if (_up is null)
        {
            _up = Start(Folder, "capture=2,koopman=2,credit=1");
            Endpoint = await EndpointAsync(_up);
        }

        return this;
    }

    internal static RunningProgram Start(string folder, string replicas) => RunningProgram.Start(
        new Dictionary<string, string>
        {
            ["Work__Lease"] = "00:00:02",
            ["Work__ReconcileInterval"] = "00:00:00.500",
            ["Work__RepublishAfter"] = "00:00:01",
        },
        "up", "--replicas", replicas, "--data-dir", folder, "--port", "0", "--sidecar", Sidecar);

    /// <summary>What it says when everything serves.</summary>
    internal static async Task<string> EndpointAsync(RunningProgram up)
    {
        var progress = up.Error.ReadToEndAsync(Token);
        var line = await up.Output.ReadLineAsync(Token);
        return line is null
            ? throw new InvalidOperationException($"the mesh did not start: {await progress}")
            : EndpointPattern().Match(line).Value;
    }

    /// <summary>The processes that mesh.json tells of.</summary>
    internal static IReadOnlyList<(string Role, int Index, int Pid, int GrpcPort)> Processes(string folder)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "mesh.json")));
        return
        [
            .. document.RootElement.GetProperty("processes").EnumerateArray().Select(static p => (
                p.GetProperty("role").GetString()!, p.GetProperty("index").GetInt32(), p.GetProperty("pid").GetInt32(),
                p.GetProperty("grpcPort").GetInt32())),
        ];
    }

    /// <summary>Whether a process runs; one that ended and that nobody asked about does not.</summary>
    internal static bool Runs(int pid)
    {
        try
        {
            var status = File.ReadAllText($"/proc/{pid}/stat");
            return status[(status.LastIndexOf(')') + 2)..][0] != 'Z';
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    internal static async Task UntilAsync(Func<bool> condition)
    {
        while (!condition())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), Token);
        }
    }

    internal static void Kill(int pid)
    {
        using var process = Process.GetProcessById(pid);
        process.Kill();
    }

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+")]
    private static partial Regex EndpointPattern();
}
