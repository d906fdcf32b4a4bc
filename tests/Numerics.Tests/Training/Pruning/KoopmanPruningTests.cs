using System.Numerics;
using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Tests.LinearAlgebra;
using KoopmanMesh.Numerics.Tests.Training.Windows;
using KoopmanMesh.Numerics.Training.Pruning;
using KoopmanMesh.Numerics.Training.Snapshots;
using KoopmanMesh.Numerics.Training.Windows;

namespace KoopmanMesh.Numerics.Tests.Training.Pruning;

public sealed class KoopmanPruningTests
{
    private static readonly ParameterLayout _layout = new([
        new ParameterTensor("a.weight", [10, 20]), new ParameterTensor("a.bias", [10]),
        new ParameterTensor("b.weight", [9, 10])]);

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Score_PlantedModes_IsLimitPlusWeighedTransients(string name)
    {
        var planted = new Planted(300, 21, 3, [(0.9, 1), (Complex.FromPolarCoordinates(0.8, 0.5), 0.3)], 5);
        var window = WindowsOf.Analyze(planted.Trajectory, new WindowOptions { SlabRows = 64 }, name);

        foreach (var alpha in new[] { 0, 1, 2.5 })
        {
            var scores = Score(planted.Trajectory, window, alpha, name);

            var expected = planted.Limit.Zip(planted.Transients, (w, t) => Math.Abs(w) + (alpha * t));
            Assert.Equal(expected, Doubles(scores.Scores), (a, b) => Math.Abs(a - b) < 1e-6);
            Assert.Equal(planted.Transients, Doubles(scores.Transients), (a, b) => Math.Abs(a - b) < 1e-6);
        }
    }

    [Fact]
    public void Score_AlphaZero_IsTheMagnitudeOfTheLimit()
    {
        var planted = new Planted(300, 21, 3, [(0.9, 1)], 5);
        var window = WindowsOf.Analyze(planted.Trajectory, new WindowOptions(), "managed");

        var scores = Score(planted.Trajectory, window, 0, "managed");

        // To float32 they are rounded.
        Assert.Equal(
            WindowsOf.Limit(window, planted.Trajectory).Select(Math.Abs), Doubles(scores.Scores),
            (a, b) => Math.Abs(a - b) <= 1.2e-7 * a);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.3)]
    [InlineData(0.7)]
    [InlineData(0.999)]
    public void Mask_AnyFraction_PrunesExactlyTheSmallest(double fraction)
    {
        var values = Matrices.Gaussian(300, 1, 8).AsSpan().ToArray();
        var scores = Scores(values);

        var mask = KoopmanPruning.Mask(scores, fraction);

        var prunable = Enumerable.Range(0, 300).Where(i => i is < 200 or >= 210).ToArray();
        var count = (int)Math.Floor((decimal)fraction * 290);
        var smallest = prunable.OrderBy(i => Math.Abs((float)values[i])).Take(count).ToHashSet();
        Assert.Equal((290L, (long)count), (mask.Prunable, mask.Pruned));
        Assert.All(Enumerable.Range(0, 300), i => Assert.Equal(smallest.Contains(i) ? 0 : 1, mask.Keep.Span[i]));
        Assert.Equal(count == 0 ? 0 : smallest.Max(i => Math.Abs((float)values[i])), mask.Threshold);
        Assert.Equal(smallest.Count(i => i < 200) / 200.0, mask.TensorFractions[0]);
        Assert.Equal(0, mask.TensorFractions[1]);
    }

    [Fact]
    public void Mask_PerTensorWithBiases_PrunesTheFractionOfEach()
    {
        var mask = KoopmanPruning.Mask(
            Scores(Matrices.Gaussian(300, 1, 8).AsSpan().ToArray()), 0.7, perTensor: true, biases: true);

        Assert.Equal((300L, 140L + 7 + 63), (mask.Prunable, mask.Pruned));
        Assert.Equal([0.7, 0.7, 0.7], mask.TensorFractions.ToArray());
    }

    [Fact]
    public void Mask_EqualScores_TheFirstGo()
    {
        var mask = KoopmanPruning.Mask(Scores([.. Enumerable.Repeat(-2.0, 150), .. Enumerable.Repeat(2.0, 150)]), 0.5);

        Assert.Equal(145, mask.Pruned);
        Assert.True(mask.Keep.Span[..145].IndexOf((byte)1) < 0);
        Assert.True(mask.Keep.Span[145..].IndexOf((byte)0) < 0);
        Assert.Equal(2, mask.Threshold);
    }

    [Fact]
    public void Overlap_OfMasks_IsTheShareBothPrune()
    {
        double[] up = [.. Enumerable.Range(0, 300).Select(i => (double)i)];
        var low = KoopmanPruning.Mask(Scores(up), 0.5, biases: true);
        var high = KoopmanPruning.Mask(Scores([.. up.Reverse()]), 0.5, biases: true);
        var more = KoopmanPruning.Mask(Scores([.. up.Reverse()]), 0.75, biases: true);

        Assert.Equal(1, low.OverlapWith(low));
        Assert.Equal(0, low.OverlapWith(high));
        Assert.Equal(0.5, low.OverlapWith(more));
        Assert.Equal(1, KoopmanPruning.Mask(Scores(up), 0).OverlapWith(low));
    }

    [Fact]
    public void Frozen_ParametersWithoutATransient_CanStop()
    {
        // The first half decays to its limit, the second half is there from the start.
        var values = new Matrix(300, 21);
        var limit = Matrices.Gaussian(300, 1, 2);
        for (var k = 0; k < 21; k++)
        {
            for (var i = 0; i < 300; i++)
            {
                values[i, k] = limit[i, 0] + (i < 150 ? (1 + (i % 7)) * Math.Pow(0.9, k) : 0);
            }
        }

        var run = new MatrixTrajectory(values, _layout);
        var window = WindowsOf.Analyze(run, new WindowOptions(), "managed");

        var frozen = KoopmanPruning.Frozen(Score(run, window, 1, "managed"));

        Assert.All(Enumerable.Range(0, 300), i => Assert.Equal(i < 150 ? 0 : 1, frozen[i]));
    }

    [Fact]
    public void Frozen_WithoutTransients_IsNothing()
    {
        var limit = Matrices.Gaussian(300, 1, 2);
        var repeated = Enumerable.Repeat(limit.AsSpan().ToArray(), 21).SelectMany(column => column);
        var run = new MatrixTrajectory(new Matrix(300, 21, [.. repeated]), _layout);
        var window = WindowsOf.Analyze(run, new WindowOptions(), "managed");

        Assert.All(KoopmanPruning.Frozen(Score(run, window, 1, "managed")), frozen => Assert.Equal(0, frozen));
    }

    [Fact]
    public void BadInput_IsNamed()
    {
        var planted = new Planted(300, 22, 3, [(0.9, 1)], 5);
        var window = WindowsOf.Analyze(new TrajectoryRange(planted.Trajectory, 0, 21), new WindowOptions(), "managed");
        Assert.Equal(
            "the window was expected to be 21 long, got 22",
            Assert.Throws<ShapeMismatchException>(() => Score(planted.Trajectory, window, 1, "managed")).Message);
        Assert.StartsWith(
            "the weight of the transient is finite and not negative",
            Assert.Throws<ArgumentOutOfRangeException>(() => Score(planted.Trajectory, window, -1, "managed")).Message);
        Assert.StartsWith(
            "the fraction to prune lies in [0, 1)",
            Assert.Throws<ArgumentOutOfRangeException>(() => KoopmanPruning.Mask(Scores(new double[300]), 1)).Message);
        var plain = KoopmanPruning.Magnitudes(planted.Trajectory, 0);
        Assert.Equal(
            "at least one tensor of two extents was expected, got parameters [300]; tensors of fewer are pruned only "
            + "when biases are",
            Assert.Throws<ArgumentException>(() => KoopmanPruning.Mask(plain, 0.5)).Message);
        Assert.Equal(
            "scores by Koopman modes are needed, got magnitudes (Parameter 'scores')",
            Assert.Throws<ArgumentException>(() => KoopmanPruning.Frozen(plain)).Message);
    }

    private static PruningScores Scores(double[] values) =>
        KoopmanPruning.Magnitudes(new MatrixTrajectory(new Matrix(300, 1, values), _layout), 0);

    private static PruningScores Score(ITrajectory run, TrainingWindow window, double alpha, string name) =>
        KoopmanPruning.Score(run, window, alpha, Algebras.Get(name), TestContext.Current.CancellationToken);

    private static IEnumerable<double> Doubles(ReadOnlyMemory<float> values) =>
        values.ToArray().Select(value => (double)value);
}
