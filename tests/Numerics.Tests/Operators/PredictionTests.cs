using KoopmanMesh.Numerics.Estimators;
using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Tests.LinearAlgebra;
using KoopmanMesh.Numerics.Tests.Spectra;

namespace KoopmanMesh.Numerics.Tests.Operators;

public sealed class PredictionTests
{
    private static readonly Matrix _map = Matrix.FromRows([[0.9, 0.2], [0, 0.5]]);

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Advance_InPieces_IsThePredictionToTheBit(string name)
    {
        var la = Algebras.Get(name);
        var op = new DmdEstimator().Fit(SnapshotData.FromPairs(Planted.Linear(_map, 20, 1)), la);
        var start = Matrix.FromRows([[1], [2]]);

        var z = op.Encode(start, la);
        var (first, second) = (op.Advance(z, 0, 3, la), op.Advance(z, 3, 4, la));

        var whole = op.Predict(start, 7, la).AsSpan().ToArray();
        Assert.Equal(whole.AsEnumerable(), [.. first.AsSpan(), .. second.AsSpan()]);
    }

    [Fact]
    public void Advance_GrowthBeyondDoubles_NamesTheStepFromTheStart()
    {
        var la = LinearAlgebraProvider.Detect(LinearAlgebraProvider.ManagedChoice);
        var op = new DmdEstimator().Fit(
            SnapshotData.FromPairs(Planted.Linear(Matrix.FromRows([[1e10]]), 5, 1)), la);
        var z = op.Encode(Matrix.FromRows([[1]]), la);
        op.Advance(z, 0, 30, la);

        var error = Assert.Throws<NonFiniteDataException>(() => op.Advance(z, 30, 30, la));

        Assert.Contains("the prediction after 31 steps", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Advance_AnotherLength_IsRefused()
    {
        var la = LinearAlgebraProvider.Detect(LinearAlgebraProvider.ManagedChoice);
        var op = new DmdEstimator().Fit(SnapshotData.FromPairs(Planted.Linear(_map, 20, 1)), la);

        var error = Assert.Throws<ShapeMismatchException>(() => op.Advance(new double[3], 0, 1, la));

        Assert.Contains("the state in reduced coordinates", error.Message, StringComparison.Ordinal);
    }
}
