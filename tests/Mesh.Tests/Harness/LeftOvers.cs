using System.Globalization;
using System.Net.Sockets;
using System.Text;
using KoopmanMesh.Contracts.Events;

namespace KoopmanMesh.Mesh.Tests.Harness;

/// <summary>What disturbed runs may have left behind.</summary>
internal static class LeftOvers
{
    private static readonly (string Topic, string Group)[] _deliveries =
    [
        (Topics.ShardPlanned, "capture"), (Topics.ReplacementPlanned, "capture"), (Topics.MergePlanned, "koopman"),
        (Topics.FitPlanned, "koopman"), (Topics.ScorePlanned, "credit"),
    ];

    /// <summary>Waits until no event is delivered and not answered.</summary>
    public static async Task AssertNoPendingEventsAsync(RunningMesh mesh, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        foreach (var (topic, group) in _deliveries)
        {
            var pending = await PendingAsync(mesh, topic, group, limit.Token);
            while (pending > 0)
            {
                Assert.False(limit.IsCancellationRequested, $"{pending} events of {topic} are pending for a minute");
                await Task.Delay(200, ct);
                pending = await PendingAsync(mesh, topic, group, ct);
            }
        }
    }

    /// <summary>
    /// Files that killed writers left lie in the folder of temporary files only, and nobody holds them: the sweep, a
    /// quarter of an hour later, removes them all.
    /// </summary>
    public static async Task AssertNoFilesAsync(RunningMesh mesh, Job job, CancellationToken ct)
    {
        var artifacts = Path.Combine(mesh.State, "artifacts");
        Assert.All(
            Directory.EnumerateDirectories(artifacts).Select(Path.GetFileName),
            name => Assert.True(name!.Length == 2 || name == "tmp", $"artifacts/{name} was left behind"));
        var temporary = Path.Combine(artifacts, "tmp");
        foreach (var file in Directory.EnumerateFiles(temporary))
        {
            File.SetLastWriteTimeUtc(file, TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(-1));
        }

        // A replica sweeps when it stores its first artifact.
        mesh.Processes["koopman-0"].Kill();
        mesh.Processes["koopman-1"].Kill();
        await mesh.ReadyAsync(ct);
        await FinishedRun.RunAsync(mesh, await job.UploadAsync(mesh.Api, ct), disturb: null, ct);

        Assert.Empty(Directory.EnumerateFiles(temporary));
    }

    private static async Task<int> PendingAsync(RunningMesh mesh, string topic, string group, CancellationToken ct)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", mesh.Redis.Port, ct);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"XPENDING {topic} {group}\r\n"), ct);
        using var reader = new StreamReader(stream, Encoding.ASCII);
        var answer = await reader.ReadLineAsync(ct);
        return answer!.StartsWith('*')
            ? int.Parse((await reader.ReadLineAsync(ct))![1..], CultureInfo.InvariantCulture)
            : 0;
    }
}
