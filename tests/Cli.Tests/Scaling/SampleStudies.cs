using KoopmanMesh.Cli.Scaling;
using KoopmanMesh.Run.V1;

namespace KoopmanMesh.Cli.Tests.Scaling;

/// <summary>Trials with a planted law: T(p) = T(1) (e + (1 − e) / p).</summary>
internal static class SampleStudies
{
    public const double SerialFraction = 0.1;
    private const int Shards = 8;
    private const int Components = 3;

    /// <summary>Two jobs on one, two and four replicas, as a mesh would have told of them.</summary>
    public static ScaleStudy Full(string name = "model.onnx", bool weak = false)
    {
        ScalePoint[] points = [.. PointsOf(10_000, 2, weak), .. PointsOf(60_000, 9, weak)];
        var plan = new ScalePlan
        {
            Job = new ScaleJob(name, "rows.npy", new DataOptions(), new AnalysisOptions(), 0),
            Replicas = [1, 2, 4],
            Rows = [10_000, 60_000],
            Role = ScaleRole.Both,
            Weak = weak,
            Repeats = 3,
        };
        return new ScaleStudy
        {
            CreatedAt = "2026-11-21T12:00:00Z",
            ToolVersion = "0.1.0",
            Model = name,
            Widths = [64, 64, 32, 10],
            Data = "rows.npy",
            Weak = weak,
            Role = "both",
            Repeats = 3,
            Cores = 2,
            Points = points,
            Notes = ScaleNotes.Of(plan, points, 2, onThisMachine: true),
        };
    }

    /// <summary>One point of a mesh that tells of no work.</summary>
    public static ScaleStudy Least() => Full() with
    {
        Points = new ScaleCurve(5, 8, Weak: false, ScaleRole.Both).Points(
            new Dictionary<int, IReadOnlyList<ScaleTrial>>
            {
                [1] = [new ScaleTrial(5, 0.25, new Dictionary<string, double>(), [])],
            }),
        Notes = [],
    };

    public static IReadOnlyList<ScalePoint> PointsOf(long rows, double seconds, bool weak) =>
        new ScaleCurve(rows, 808, weak, ScaleRole.Both).Points(new[] { 4, 1, 2 }.ToDictionary(
            p => p,
            IReadOnlyList<ScaleTrial> (p) =>
            [
                .. new[] { 0.96, 1.0, 1.06 }.Select(
                    noise => Trial(rows * (weak ? p : 1), TimeOf(p, weak) * seconds * noise, p)),
            ]));

    /// <summary>Amdahl's time of one job, Gustafson's of one that grows.</summary>
    public static double TimeOf(int p, bool weak) => weak
        ? p / (SerialFraction + ((1 - SerialFraction) * p))
        : SerialFraction + ((1 - SerialFraction) / p);

    public static ScaleTrial Trial(long rows, double seconds, int replicas) => new(
        rows,
        seconds,
        new Dictionary<string, double>
        {
            ["capture"] = 0.7 * seconds,
            ["fit"] = 0.2 * seconds,
            ["credit"] = 0.1 * seconds,
        },
        [
            .. Enumerable.Range(0, Shards).Select(
                i => Piece("shard", i, $"capture-{i % replicas}", rows / Shards, 0.01 * (i + 1), 0.001 * i)),
            .. Enumerable.Range(0, Components).Select(i => Piece("fit", i, $"koopman-{i % replicas}", 0, 0.1, 0)),
            Piece("score", 0, "credit-0", 0, 0.5, 0.02),
        ]);

    public static WorkPiece Piece(
        string kind, int index, string owner, long rows, double seconds, double waited) => new()
        {
            Kind = kind,
            Index = index,
            State = "done",
            Attempts = 1,
            Owner = owner,
            Rows = rows,
            Seconds = seconds,
            WaitedSeconds = waited,
        };
}
