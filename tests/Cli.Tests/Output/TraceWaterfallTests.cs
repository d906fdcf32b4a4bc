using KoopmanMesh.Cli.Output;
using KoopmanMesh.Run.V1;

namespace KoopmanMesh.Cli.Tests.Output;

public sealed class TraceWaterfallTests
{
    private const long Second = 1_000_000_000;

    [Theory]
    [InlineData(80)]
    [InlineData(120)]
    public void Write_AtAnyWidth_FitsAndDrawsEachSpanWhereItWas(int width)
    {
        var lines = Lines(width, 0);

        Assert.All(lines, line => Assert.True(line.TrimEnd().Length <= width, $"{line.Length} > {width}: {line}"));
        Assert.StartsWith(
            "trace 4bf92f3577b34da6a3ce929d0e0e4736 · 5 spans · 2 processes · 10.0 s", lines[0],
            StringComparison.Ordinal);
        var shard = Assert.Single(lines, static line => line.Contains("work shard 3", StringComparison.Ordinal));
        Assert.StartsWith("  work shard 3", shard, StringComparison.Ordinal);
        Assert.Contains("capture-0", shard, StringComparison.Ordinal);
        Assert.Contains(" 5.00 s ", shard, StringComparison.Ordinal);

        // From 5 s to 10 s of 10 s: the right half of the bars.
        var cells = width - 1 - shard.IndexOf('█', StringComparison.Ordinal);
        Assert.Equal(cells, shard.TrimEnd().Count(static c => c == '█'));
        Assert.Contains(
            lines, static line => line.StartsWith("    koopman.fold 2 of shard 3", StringComparison.Ordinal));
    }

    [Fact]
    public void Write_Trouble_IsToldInALineBelow()
    {
        var lines = Lines(120, 0);
        var at = Array.FindIndex(lines, static line => line.Contains("work shard 3", StringComparison.Ordinal));

        Assert.Equal(
            "    attempt 2; taken over from a replica that stopped answering; the disk is full",
            lines[at + 1].TrimEnd());
        Assert.Contains(
            lines, static line => line.Contains("its process was killed before it told", StringComparison.Ordinal));
    }

    [Fact]
    public void Write_MoreThanTheLimit_KeepsTroubleWithWhatItHangsOn()
    {
        var lines = Lines(120, 2);

        Assert.Contains(lines, static line => line.Contains("SubmitRun", StringComparison.Ordinal));
        Assert.Contains(lines, static line => line.Contains("work shard 3", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, static line => line.Contains("fold", StringComparison.Ordinal));
        Assert.StartsWith("3 shorter spans are not shown", lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Write_SpansThatNameEachOther_Ends()
    {
        var lines = Page.Lines(
            80, console => TraceWaterfall.Write(console, [Span("a", "b", "x", 0, 1), Span("b", "a", "y", 0, 1)], 0));

        Assert.StartsWith("trace ", lines[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "0 s")]
    [InlineData(0.000_004_21, "4.21 µs")]
    [InlineData(0.999_9, "1.00 s")]
    [InlineData(1.5, "1.50 s")]
    [InlineData(99.94, "99.9 s")]
    [InlineData(600, "10.0 min")]
    [InlineData(7200, "2.00 h")]
    public void Durations_HaveThreeDigits(double seconds, string text) => Assert.Equal(text, Durations.Text(seconds));

    private static string[] Lines(int width, int limit) =>
        Page.Lines(width, console => TraceWaterfall.Write(console, Trace(), limit));

    private static Span[] Trace()
    {
        var root = Span("1", "", "koopmanmesh.run.v1.RunService/SubmitRun", 0, Second / 10);
        root.Attributes["rpc.system"] = "grpc";
        var shard = Span("2", "1", "work shard", 5 * Second, 10 * Second);
        shard.Status = "error";
        shard.Attributes.Add(new Dictionary<string, string>
        {
            ["koopmanmesh.work"] = "shard 3",
            ["koopmanmesh.attempt"] = "2",
            ["koopmanmesh.taken_over"] = "True",
            ["error.message"] = "the disk is full",
        });
        var fold = Span("3", "2", "koopman.fold", 6 * Second, 7 * Second, "koopman");
        fold.Attributes.Add(new Dictionary<string, string>
        {
            ["koopmanmesh.component"] = "2",
            ["koopmanmesh.shard"] = "3",
        });
        var lost = Span("4", "1", "lost", Second, 2 * Second);
        (lost.Service, lost.Instance) = ("", "");
        return [root, shard, fold, lost, Span("5", "4", "koopman.fold", Second, 2 * Second, "koopman")];
    }

    private static Span Span(string id, string parent, string name, long from, long to, string service = "capture") =>
        new()
        {
            TraceId = "4bf92f3577b34da6a3ce929d0e0e4736",
            SpanId = id,
            ParentSpanId = parent,
            Name = name,
            Service = service,
            Instance = $"{service}-0-5f3a9c",
            StartUnixNanos = from + Second,
            EndUnixNanos = to + Second,
            Status = "unset",
        };
}
