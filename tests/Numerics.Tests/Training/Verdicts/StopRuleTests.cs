using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Tests.LinearAlgebra;
using KoopmanMesh.Numerics.Tests.Training.Windows;
using KoopmanMesh.Numerics.Training.Snapshots;
using KoopmanMesh.Numerics.Training.Verdicts;
using KoopmanMesh.Numerics.Training.Windows;

namespace KoopmanMesh.Numerics.Tests.Training.Verdicts;

/// <summary>Gradient descent on a quadratic (methods T13) and its loss, window by window.</summary>
public sealed class StopRuleTests
{
    private static readonly Matrix _path = TrainingSpectrumTests.Descent(0.1, 260);

    [Fact]
    public void Observe_T31Descent_StopsAfterThreeSettledWindowsOfAFlatLoss()
    {
        var rule = new StopRule(new StopOptions());
        var (settled, stopped) = (-1, -1);
        for (var first = 0; first + 21 <= 260; first += 5)
        {
            var window = Window(first, k => 1 + Quadratic(k));
            var decision = rule.Observe(window);
            settled = settled < 0 && rule.Settled == 1 ? first : settled;
            if (decision.Verdict == StopVerdict.Stop)
            {
                stopped = first;
                break;
            }
        }

        // 2 · 0.9^k ≤ 1e-3 sqrt(5) holds from k = 65 on, 20 after the window's first snapshot; there rho is above 0.99.
        Assert.Equal(45, settled);
        Assert.Equal(settled + 10, stopped);
    }

    [Fact]
    public void Observe_SettledWithoutAFlatLoss_NamesWhatIsMissing()
    {
        var options = new StopOptions { Patience = 1 };

        var unknown = new StopRule(options).Observe(Window(200, null));
        var falling = new StopRule(options).Observe(Window(200, k => Math.Pow(0.9, k)));
        var high = new StopRule(options, firstLoss: 1.5).Observe(Window(200, _ => 1));
        var low = new StopRule(options, firstLoss: 3).Observe(Window(200, _ => 1));
        var rising = new StopRule(options, firstLoss: 3).Observe(Window(200, k => 1 + (1e-3 * k)));

        Assert.Equal(StopVerdict.Plateau, unknown.Verdict);
        Assert.EndsWith(", but the loss is not known throughout", unknown.Text);
        Assert.Equal(StopVerdict.Continue, falling.Verdict);
        Assert.Contains(", but the loss still falls by ", falling.Text, StringComparison.Ordinal);
        Assert.Equal(StopVerdict.Plateau, high.Verdict);
        Assert.EndsWith(", but the loss stands at 1 of 1.5 at first", high.Text);
        Assert.Equal(StopVerdict.Stop, low.Verdict);
        Assert.Equal(StopVerdict.Stop, rising.Verdict);
    }

    /// <summary>A tenth of the norm is noise anew at every snapshot: no mode tells of it but the limit.</summary>
    [Fact]
    public void Observe_NoiseAroundALimit_DecidesNothingWithoutLosses()
    {
        var noise = Matrices.Gaussian(2_000, 21, 3);
        foreach (ref var value in noise.AsSpan())
        {
            value = 1 + (0.1 * value);
        }

        var window = WindowsOf.Analyze(new MatrixTrajectory(noise), new WindowOptions(), "managed");
        var decision = new StopRule(new StopOptions { Patience = 1 }).Observe(window);

        Assert.True(window.IsSettled(new StopOptions()));
        Assert.Equal(StopVerdict.Continue, decision.Verdict);
        Assert.EndsWith(
            "most of which no trusted mode explains), and without losses that decides nothing", decision.Text);
    }

    [Fact]
    public void Observe_AWindowThatMoves_BeginsAnew()
    {
        var rule = new StopRule(new StopOptions { Patience = 2 }, 10);
        rule.Observe(Window(200, _ => 1));
        rule.Observe(Window(0, _ => 1));

        var decision = rule.Observe(Window(205, _ => 1));

        Assert.Equal(StopVerdict.Continue, decision.Verdict);
        Assert.Equal(
            "1 window is settled (mass near one 1, transients 0 of a norm of 2.236), 2 are needed",
            decision.Text);
        Assert.Equal(StopVerdict.Stop, rule.Observe(Window(210, _ => 1)).Verdict);
    }

    [Fact]
    public void Options_OutOfRange_AreNamed()
    {
        Assert.StartsWith(
            "the windows that agree are 1 to 100",
            Assert.Throws<ArgumentOutOfRangeException>(() => new StopOptions { Patience = 0 }).Message);
        Assert.StartsWith(
            "the mass near one lies in (0, 1]",
            Assert.Throws<ArgumentOutOfRangeException>(() => new StopOptions { NearOneMass = 0 }).Message);
        Assert.StartsWith(
            "the transient mass is not negative",
            Assert.Throws<ArgumentOutOfRangeException>(() => new StopOptions { TransientMass = double.NaN }).Message);
        Assert.StartsWith(
            "the slope of a flat loss is not negative",
            Assert.Throws<ArgumentOutOfRangeException>(() => new StopOptions { LossSlope = -1 }).Message);
    }

    private static double Quadratic(int k)
    {
        var (x, y) = (_path[0, k] - 2, _path[1, k] + 1);
        return 0.5 * ((x * x) + (4 * y * y));
    }

    private static TrainingWindow Window(int first, Func<int, double>? loss) => WindowsOf.Analyze(
        new MatrixTrajectory(
            _path.SelectColumns(first, 21),
            snapshots: [.. Enumerable.Range(first, 21).Select(k => new Snapshot(k) { Loss = loss?.Invoke(k) })]),
        new WindowOptions(), "managed");
}
