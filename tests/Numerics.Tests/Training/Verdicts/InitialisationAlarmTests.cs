using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Statistics;
using KoopmanMesh.Numerics.Tests.LinearAlgebra;
using KoopmanMesh.Numerics.Tests.Training.Windows;
using KoopmanMesh.Numerics.Training.Snapshots;
using KoopmanMesh.Numerics.Training.Verdicts;

namespace KoopmanMesh.Numerics.Tests.Training.Verdicts;

public sealed class InitialisationAlarmTests
{
    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Score_PlantedBeginning_IsWhatWasPlanted(string name)
    {
        var score = Score(new Planted(300, 15, 4, [(0.9, 1)], 3), k => 8 * Math.Pow(0.9, k), name);

        Assert.Equal(8 * Math.Pow(0.9, 14), score.Loss, 1e-12);
        Assert.Equal(Math.Pow(0.9, 14), score.LossLeft, 1e-12);
        Assert.Equal(0.8, score.NearOneMass, 1e-8);
        Assert.Equal(1 / Math.Sqrt(16 + Math.Pow(0.9, 28)), score.TransientShare, 1e-8);
        Assert.Equal(1, score.Instability, 1e-9);
        Assert.Equal(
            Math.Log10(Math.Sqrt(16 + Math.Pow(0.9, 28)) / (1 - Math.Pow(0.9, 14))), score.Rest, 1e-9);
        Assert.False(score.Fixed);
    }

    [Fact]
    public void Score_FixedRule_CallsStalledAndUnstableRunsBad()
    {
        var stalled = Score(new Planted(300, 15, 4, [(0.9, 0.1)], 3), _ => 1, "managed");
        var quick = Score(new Planted(300, 15, 4, [(0.9, 0.1)], 3), k => k < 14 ? 1 : 0.4, "managed");
        var unstable = Score(new Planted(300, 15, 4, [(1.1, 1)], 3), k => k < 14 ? 1 : 0.4, "managed");
        var still = Score(new Planted(300, 15, 4, [(1.0, 0)], 3), _ => 1, "managed");

        Assert.True(stalled.Fixed);
        Assert.False(quick.Fixed);
        Assert.True(unstable.Fixed);
        Assert.True(still.Fixed);
        Assert.InRange(still.Rest, 14, 16);
    }

    [Fact]
    public void Judge_ExchangeableRuns_RaisesAtTheRateAndNoMore()
    {
        // 39 null runs at a rate of 0.05: an alarm in floor(40 · 0.05) of 40 orders, 5 % exactly without ties.
        const int Trials = 4000;
        var random = new Random(11);
        var raised = 0;
        for (var trial = 0; trial < Trials; trial++)
        {
            var runs = Enumerable.Range(0, 40).Select(_ => AtRandom(random)).ToArray();
            var judged = InitialisationAlarm.Judge(runs[0], runs[1..], 0.05, Algebras.Get("managed"));
            raised += judged.Raised ? 1 : 0;
            Assert.Equal(judged.Raised, judged.PValue <= 0.05 + 1e-12);
            Assert.Equal(judged.Raised, judged.Score > judged.Threshold);
        }

        var interval = ClopperPearson.Interval(raised, Trials, 0.999);
        Assert.InRange(0.05, interval.Low, interval.High);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Judge_RunUnlikeTheOthers_RaisesEitherWay(string name)
    {
        var random = new Random(5);
        var good = Enumerable.Range(0, 50).Select(_ => AtRandom(random)).ToArray();
        var resting = good[0] with { Loss = 100, Rest = 3 };
        var thrashing = good[0] with { Rest = -3, Instability = 2 };

        Assert.True(InitialisationAlarm.Judge(resting, good, 0.02, Algebras.Get(name)).Raised);
        Assert.True(InitialisationAlarm.Judge(thrashing, good, 0.02, Algebras.Get(name)).Raised);
        Assert.False(InitialisationAlarm.Judge(good[0], good, 0.02, Algebras.Get(name)).Raised);
        Assert.Equal(1 / 51.0, InitialisationAlarm.Judge(resting, good, 0.02, Algebras.Get(name)).PValue, 1e-12);
    }

    [Fact]
    public void Judge_DistancesOfPlaneData_AreMahalanobis()
    {
        // Two features of variance 2/3 each and no covariance, of (±1, 0), (0, ±1) and twice the origin.
        AlarmScore At(double x, double y) => new(1, 1, 1, 0, 1, x, false) { Loss = Math.Pow(10, y) };
        AlarmScore[] others = [At(1, 0), At(-1, 0), At(0, 1), At(0, -1), At(0, 0)];

        var judged = InitialisationAlarm.Judge(At(0, 0), others, 0.2, Algebras.Get("managed"));

        // Mean 0, covariance diag(2/6, 2/6): (1, 0) lies at 3, the origin at 0.
        Assert.Equal(0, judged.Score, 1e-9);
        Assert.Equal(3, judged.Threshold, 1e-4);
        Assert.Equal(1, judged.PValue);
    }

    [Fact]
    public void BadInput_IsNamed()
    {
        var run = new AlarmScore(1, 1, 1, 0, 1, 1, false);
        Assert.Equal(
            "alpha 0.05 needs at least 19 calibration rows, got 18",
            Assert.Throws<TooFewRowsException>(() => InitialisationAlarm.Judge(
                run, [.. Enumerable.Repeat(run, 18)], 0.05, Algebras.Get("managed"))).Message);
        Assert.Equal(
            "the beginning of the run was expected to be 15 snapshots long, got 14",
            Assert.Throws<ShapeMismatchException>(
                () => Score(new Planted(30, 14, 4, [(0.9, 1)], 3), _ => 1, "managed")).Message);
        Assert.Equal(
            "every snapshot that is judged has a loss, that of step 3 has none (Parameter 'first')",
            Assert.Throws<ArgumentException>(
                () => Score(new Planted(30, 15, 4, [(0.9, 1)], 3), k => k == 3 ? null : 1, "managed")).Message);
        Assert.StartsWith(
            "the snapshots judged are 4 to 10000",
            Assert.Throws<ArgumentOutOfRangeException>(() => new AlarmOptions { JudgedAt = 3 }).Message);
    }

    [Fact]
    public void ForPlan_ATenthOfIt_AtLeastFifteen()
    {
        Assert.Equal(15, AlarmOptions.ForPlan(0).JudgedAt);
        Assert.Equal(15, AlarmOptions.ForPlan(100).JudgedAt);
        Assert.Equal(20, AlarmOptions.ForPlan(200).JudgedAt);
        Assert.Equal(10_000, AlarmOptions.ForPlan(long.MaxValue / 2).JudgedAt);
    }

    // Correlated and with heavy tails, as no normal distribution.
    private static AlarmScore AtRandom(Random random)
    {
        var (common, own) = (Matrices.NextGaussian(random), Math.Pow(Matrices.NextGaussian(random), 3));
        return new AlarmScore(
            Math.Pow(10, common + (0.1 * own)), Math.Pow(10, 0.5 * common), random.NextDouble(), random.NextDouble(),
            1 + (0.1 * random.NextDouble()), common + Matrices.NextGaussian(random), false);
    }

    private static AlarmScore Score(Planted planted, Func<int, double?> loss, string name) => InitialisationAlarm.Score(
        new MatrixTrajectory(
            planted.Values,
            snapshots: [
                .. Enumerable.Range(0, planted.Values.Columns).Select(k => new Snapshot(k) { Loss = loss(k) })]),
        new AlarmOptions(), Algebras.Get(name), TestContext.Current.CancellationToken);
}
