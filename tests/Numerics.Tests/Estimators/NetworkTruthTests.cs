using KoopmanMesh.Numerics.Estimators;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Observables;
using KoopmanMesh.Numerics.Tests.LinearAlgebra;

namespace KoopmanMesh.Numerics.Tests.Estimators;

/// <summary>What is known about operators of networks, whatever fits them.</summary>
public sealed class NetworkTruthTests
{
    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Affine_T12ReluNetworkInOneActiveCell_IsTheProductOfItsWeights(string name)
    {
        var la = Algebras.Get(name);
        var (first, second) = (Matrices.Gaussian(4, 4, 1), Matrices.Gaussian(4, 4, 2));
        var x = Matrices.Gaussian(4, 30, 3);

        // A bias this large keeps every unit active on these data.
        var y = Layer(second, Layer(first, x, 30), 500);
        var fit = new DmdEstimator { Observables = ObservablesSpec.Affine }.Fit(SnapshotData.FromPairs(x, y), la);

        var slope = Matrices.Product(fit.Image, fit.Encoder.Transpose()).SelectColumns(1, 4);
        Matrices.Close(Matrices.Product(second, first), slope, 1e-9);
    }

    [Fact]
    public void Pairs_T28TwelveStates_AreElevenMinusD()
    {
        var trajectory = Matrices.Gaussian(3, 12, 4);
        for (var d = 1; d <= 10; d++)
        {
            // d delays stack d + 1 states.
            Assert.Equal(11 - d, SnapshotData.FromTrajectories(trajectory).Pairs(d + 1).X.Columns);
        }
    }

    private static Matrix Layer(Matrix weights, Matrix x, double bias)
    {
        var y = Matrices.Product(weights, x);
        foreach (ref var value in y.AsSpan())
        {
            Assert.True(value + bias > 0, "a unit is not active");
            value = Math.Max(0, value + bias);
        }

        return y;
    }
}
