using System.Text.Json;
using KoopmanMesh.Cli.Output;
using KoopmanMesh.Run.V1;

namespace KoopmanMesh.Cli.Tests.Output;

public sealed class RunViewTests
{
    private const string Id = "r-0198c5a1b2c37d4e8f90a1b2c3d4e5f6";

    [Theory]
    [InlineData(80)]
    [InlineData(120)]
    public void Run_AtAnyWidth_FitsAndCountsItsWork(int width)
    {
        var lines = Page.Lines(width, console => console.Write(View().ToTable(console)));

        Assert.All(lines, line => Assert.True(line.TrimEnd().Length <= width, $"{line.Length} > {width}: {line}"));
        Assert.Contains(lines, static l => l.TrimEnd() == $"run       {Id}");
        Assert.Matches(
            "^ *shard +2 +1 +1 +0 +2 +250 ms +2.00 s +2.00 s",
            Assert.Single(lines, static l => l.TrimStart().StartsWith("shard ", StringComparison.Ordinal)
                && !l.Contains('(', StringComparison.Ordinal)));
        Assert.Matches(
            "capture-0-aaaaaa +2 shard +200 +67 % +3.00 s",
            Assert.Single(lines, static l => l.Contains("capture-0-aaaaaa", StringComparison.Ordinal)));
        Assert.Contains(
            lines, static l => l.StartsWith("shard 1 (done, 3 attempts): koopman is away", StringComparison.Ordinal));
    }

    [Fact]
    public void Run_AsJson_HasItsStatusAndEveryPieceOfWork()
    {
        using var json = JsonDocument.Parse(View().ToJson());

        Assert.Equal("RUN_STATE_RUNNING", json.RootElement.GetProperty("status").GetProperty("state").GetString());
        Assert.Equal(4, json.RootElement.GetProperty("work").GetArrayLength());
    }

    [Theory]
    [InlineData(80)]
    [InlineData(120)]
    public void Runs_AtAnyWidth_FitInOneLineEachWithTheirWholeId(int width)
    {
        var now = DateTimeOffset.UnixEpoch.AddSeconds(1000);
        var runs = new ListRunsResponse();
        foreach (var state in Enum.GetValues<RunState>().Where(static s => s != RunState.Unspecified))
        {
            runs.Runs.Add(new RunListing
            {
                Status = new RunStatus
                {
                    RunId = Id,
                    State = state,
                    Stage = "capture",
                    RowsCaptured = 3,
                    RowsTotal = 10,
                },
                Model = "a-network-with-a-very-long-name.onnx",
                Data = "rows.npy",
                CreatedAt = 400,
                StartedAt = 400,
            });
        }

        var lines = Page.Lines(width, console => console.Write(RunsTable.Of(console, runs, now)));

        Assert.All(lines, line => Assert.True(line.TrimEnd().Length <= width, $"{line.Length} > {width}: {line}"));
        Assert.Equal(5, lines.Count(static l => l.Contains(Id, StringComparison.Ordinal)));
        Assert.Contains(lines, static l => l.Contains("running", StringComparison.Ordinal)
            && l.Contains("10 %", StringComparison.Ordinal)
            && l.Contains("10.0 min", StringComparison.Ordinal));
    }

    private static RunView View() => new(
        new RunStatus
        {
            RunId = Id,
            State = RunState.Running,
            Stage = "capture",
            RowsCaptured = 300,
            RowsTotal = 400,
            TraceId = "4bf92f3577b34da6a3ce929d0e0e4736",
        },
        [
            Shard(0, "done", 1, "capture-0-aaaaaa", 100, 1),
            Shard(1, "done", 3, "capture-0-aaaaaa", 100, 2, "koopman is away"),
            Shard(2, "leased", 1, "capture-1-bbbbbb", 100, 0),
            Shard(3, "ready", 0, "", 0, 0),
        ]);

    private static WorkPiece Shard(
        int index, string state, int attempts, string owner, long rows, double seconds, string error = "") => new()
        {
            Kind = "shard",
            Index = index,
            State = state,
            Attempts = attempts,
            Owner = owner,
            Rows = rows,
            Seconds = seconds,
            WaitedSeconds = 0.25,
            LastError = error,
        };
}
