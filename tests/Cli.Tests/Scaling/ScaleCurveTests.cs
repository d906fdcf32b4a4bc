using KoopmanMesh.Cli.Scaling;
using KoopmanMesh.Run.V1;

namespace KoopmanMesh.Cli.Tests.Scaling;

/// <summary>What is told of trials whose law is known.</summary>
public sealed class ScaleCurveTests
{
    [Fact]
    public void Points_OfAmdahlsTimes_HaveHisFractionAtEveryCount()
    {
        var points = SampleStudies.PointsOf(10_000, 2, weak: false);

        Assert.Equal([1, 2, 4], points.Select(point => point.Replicas));
        Assert.Null(points[0].SerialFraction);
        Assert.All(points.Skip(1), point => Assert.Equal(SampleStudies.SerialFraction, point.SerialFraction!.Value, 9));
        Assert.Equal(1 / SampleStudies.TimeOf(4, weak: false), points[2].SpeedUp, 9);
        Assert.Equal(points[2].SpeedUp / 4, points[2].Efficiency, 12);
    }

    [Fact]
    public void Points_OfAJobThatGrows_HaveGustafsonsFraction()
    {
        var points = SampleStudies.PointsOf(10_000, 2, weak: true);

        Assert.Equal([10_000, 20_000, 40_000], points.Select(point => point.Rows));
        Assert.All(points, point => Assert.Equal(10_000, point.BaseRows));
        Assert.All(points.Skip(1), point => Assert.Equal(SampleStudies.SerialFraction, point.SerialFraction!.Value, 9));
    }

    [Fact]
    public void Points_WithoutOneReplica_AreHeldAgainstTheFewest()
    {
        var points = new ScaleCurve(100, 8, Weak: false, ScaleRole.Both).Points(
            new Dictionary<int, IReadOnlyList<ScaleTrial>>
            {
                [8] = [SampleStudies.Trial(100, 1, 8)],
                [2] = [SampleStudies.Trial(100, 4, 2)],
            });

        Assert.Equal((4, 1.0), (points[1].SpeedUp, points[1].Efficiency));
        Assert.Equal(0, points[1].SerialFraction!.Value, 12);
    }

    [Fact]
    public void Point_OfThreeTrials_HasTheirMedianAndQuartiles()
    {
        var point = SampleStudies.PointsOf(10_000, 2, weak: false)[0];

        Assert.Equal([1.92, 2.0, 2.12], point.Trials.Select(t => Math.Round(t, 9)));
        Assert.Equal((1.96, 2.0, 2.06), (
            Math.Round(point.Seconds.Low, 9), Math.Round(point.Seconds.Median, 9), Math.Round(point.Seconds.High, 9)));
        Assert.Equal(5_000, point.RowsPerSecond, 6);
        Assert.Equal(8_080_000, point.SnapshotBytes);
    }

    [Fact]
    public void Shares_OfReplicas_HoldAllRowsOfAllTrials()
    {
        var point = SampleStudies.PointsOf(10_000, 2, weak: false)[2];
        var captures = point.Shares.Where(share => share.Stage == "shard").ToArray();

        Assert.Equal(["capture-0", "capture-1", "capture-2", "capture-3"], captures.Select(share => share.Replica));
        Assert.Equal(30_000, captures.Sum(share => share.Rows));
        Assert.Equal(1, captures.Sum(share => share.Share), 12);
        Assert.Equal(1.0, point.Balance!.Value, 12);
    }

    [Fact]
    public void Balance_OfAReplicaThatDidNothing_CountsIt()
    {
        var trial = new ScaleTrial(
            10, 1, new Dictionary<string, double>(), [SampleStudies.Piece("shard", 0, "capture-1", 10, 1, 0)]);

        var points = new ScaleCurve(10, 8, Weak: false, ScaleRole.Capture).Points(
            new Dictionary<int, IReadOnlyList<ScaleTrial>> { [1] = [trial], [4] = [trial] });

        Assert.Equal((1.0, 0.25), (points[0].Balance!.Value, points[1].Balance!.Value));
    }

    [Fact]
    public void Stages_OfPieces_AreInARunsOrderWithPercentilesAndRetries()
    {
        WorkPiece[] pieces =
        [
            SampleStudies.Piece("score", 0, "credit-0", 0, 2, 0.5),
            .. Enumerable.Range(0, 101).Select(i => SampleStudies.Piece("shard", i, "capture-0", 1, i, 2 * i)),
            SampleStudies.Piece("merge", 0, "koopman-0", 0, 1, 0),
        ];
        pieces[5].Attempts = 3;
        pieces[6].State = "parked";

        var stages = StageWork.Of(pieces);

        Assert.Equal(["shard", "merge", "score"], stages.Select(stage => stage.Stage));
        Assert.Equal((100, 2), (stages[0].Pieces, stages[0].Retries));
        Assert.Equal(stages[0].Waiting.P95, 2 * stages[0].Seconds.P95, 9);
        Assert.Equal((2, 2, 2), (stages[2].Seconds.P50, stages[2].Seconds.P95, stages[2].Seconds.P99));
    }

    [Fact]
    public void Study_AsJson_IsReadBackWhole()
    {
        var study = SampleStudies.Full();

        var again = ScaleStudy.FromJson(study.ToJson());

        Assert.Equal(study.ToJson(), again.ToJson());
        Assert.Equal(6, again.Points.Count);
        Assert.Null(again.Points.MinBy(point => point.Replicas)!.SerialFraction);
    }

    [Fact]
    public void Notes_OfMoreReplicasThanCores_SaySo()
    {
        var notes = SampleStudies.Full().Notes;

        Assert.Contains(notes, note => note.Contains("2 cores for up to 8 replicas", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(ScaleRole.Both, 4, 4)]
    [InlineData(ScaleRole.Capture, 4, 1)]
    [InlineData(ScaleRole.Koopman, 1, 4)]
    internal void Role_OfAService_ScalesThatAndLeavesTheOther(ScaleRole role, int captures, int koopmans) =>
        Assert.Equal((captures, koopmans), (role.Captures(4), role.Koopmans(4)));
}
