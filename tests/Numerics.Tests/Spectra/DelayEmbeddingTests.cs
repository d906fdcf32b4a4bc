using KoopmanMesh.Numerics.Determinants;
using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Spectra;
using KoopmanMesh.Numerics.Tests.LinearAlgebra;

namespace KoopmanMesh.Numerics.Tests.Spectra;

public sealed class DelayEmbeddingTests
{
    private static readonly DelayEmbeddingOptions _three = new() { Delays = 3, StepDecay = 1 };

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void FromTrajectories_LinearMap_KeepsItsSpectrumInTheReducedOperator(string name)
    {
        var la = Algebras.Get(name);
        var a = Matrix.FromRows([[0.9, 0.2, 0], [0, 0.5, 0.1], [0, 0, 0.7]]);
        var trajectories = Enumerable.Range(0, 6)
            .Select(t => Planted.Trajectory(a, Matrices.Gaussian(3, 1, t), 8)).ToArray();

        var pairs = DelayEmbedding.FromTrajectories(trajectories, _three);
        var spectrum = RefinedDmd.Fit(pairs, Planted.Tight, la);

        Assert.Equal((9, 30), (pairs.X.Rows, pairs.X.Columns));
        Planted.Eigenvalues(spectrum, 1e-9, 0.9, 0.7, 0.5);
        Assert.Equal(Math.Log(0.315), spectrum.LogEigDet, 1e-9);
        Assert.Equal(Math.Log(0.315), LogDeterminants.LogAbsDet(spectrum.ReducedOperator, la).LogAbs, 1e-9);
        var full = Matrices.Product(spectrum.Image, spectrum.Basis.Transpose());
        Assert.InRange(Math.Exp(LogDeterminants.LogAbsDet(full, la).LogAbs), 0, 1e-50);
    }

    [Fact]
    public void FromTrajectories_StacksNewestFirstAndNeverAcrossTrajectories()
    {
        var pairs = DelayEmbedding.FromTrajectories(
            [Matrix.FromRows([[1, 2, 3, 4]]), Matrix.FromRows([[10, 20, 30]])],
            new DelayEmbeddingOptions { Delays = 2, StepDecay = 0.5 });

        Assert.Equal([2, 1, 3, 2, 20, 10], pairs.X.AsSpan().ToArray());
        Assert.Equal([3, 2, 4, 3, 30, 20], pairs.Y.AsSpan().ToArray());
        Assert.Equal([1, 0.5, 1], pairs.Weights.ToArray());
        Assert.Equal((2, 0), (pairs.Delays, pairs.DroppedStates));
    }

    [Fact]
    public void FromSteps_IsFromTrajectoriesTransposed()
    {
        var trajectories = Enumerable.Range(0, 4).Select(t => Matrices.Gaussian(2, 5, t)).ToArray();
        var steps = Enumerable.Range(0, 5).Select(k => Step(trajectories, k)).ToArray();

        var expected = DelayEmbedding.FromTrajectories(trajectories, _three);
        var actual = DelayEmbedding.FromSteps(steps, _three);

        Assert.Equal(expected.X.AsSpan().ToArray(), actual.X.AsSpan().ToArray());
        Assert.Equal(expected.Y.AsSpan().ToArray(), actual.Y.AsSpan().ToArray());
        Assert.Equal(expected.Weights.ToArray(), actual.Weights.ToArray());
    }

    [Fact]
    public void FromTrajectories_StateNotTaken_TouchesNoPair()
    {
        var pairs = DelayEmbedding.FromTrajectories(
            [Matrix.FromRows([[1, 2, double.NaN, 4, 5, 6]]), Matrix.FromRows([[7, 8, double.PositiveInfinity]])],
            new DelayEmbeddingOptions { Delays = 2 });

        Assert.Equal([5, 4], pairs.X.AsSpan().ToArray());
        Assert.Equal([6, 5], pairs.Y.AsSpan().ToArray());
        Assert.Equal([0.125], pairs.Weights.ToArray());
        Assert.Equal(2, pairs.DroppedStates);
    }

    [Fact]
    public void FromTrajectories_TooShortForTheDelays_TakesFewerAndSaysSo()
    {
        var pairs = DelayEmbedding.FromTrajectories([Matrix.FromRows([[1, 2, 3]])], _three);

        Assert.Equal((2, 1), (pairs.Delays, pairs.X.Columns));
    }

    [Fact]
    public void Embedding_NothingToPair_SaysWhatWasSearched()
    {
        var error = Assert.Throws<NoSnapshotPairsException>(
            () => DelayEmbedding.FromTrajectories([Matrix.FromRows([[1, double.NaN, 3]])], _three));

        Assert.Equal(
            "no snapshot pair can be made of 1 trajectories with 2 finite states, "
            + "two successive finite states in one trajectory were expected",
            error.Message);
        Assert.Throws<NoSnapshotPairsException>(() => DelayEmbedding.FromSteps([], _three));
    }

    [Fact]
    public void Embedding_BadInput_IsNamed()
    {
        Assert.Equal(
            "trajectory 1 was expected to be 1 x 2, got 2 x 2",
            Assert.Throws<ShapeMismatchException>(
                () => DelayEmbedding.FromTrajectories([new Matrix(1, 2), new Matrix(2, 2)], _three)).Message);
        Assert.Equal(
            "step 1 was expected to be 1 x 2, got 1 x 3",
            Assert.Throws<ShapeMismatchException>(
                () => DelayEmbedding.FromSteps([new Matrix(1, 2), new Matrix(1, 3)], _three)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(
            () => DelayEmbedding.FromSteps([new Matrix(1, 2)], _three with { Delays = 0 }));
        Assert.StartsWith(
            "the decay of step weights lies in (0, 1]",
            Assert.Throws<ArgumentOutOfRangeException>(
                () => DelayEmbedding.FromSteps([new Matrix(1, 2)], _three with { StepDecay = 0 })).Message);
    }

    private static Matrix Step(Matrix[] trajectories, int k)
    {
        var step = new Matrix(trajectories[0].Rows, trajectories.Length);
        for (var t = 0; t < trajectories.Length; t++)
        {
            trajectories[t].Column(k).CopyTo(step.Column(t));
        }

        return step;
    }
}
