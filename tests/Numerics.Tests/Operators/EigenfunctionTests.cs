using System.Numerics;

using KoopmanMesh.Numerics.Estimators;
using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Spectra;
using KoopmanMesh.Numerics.Tests.LinearAlgebra;
using KoopmanMesh.Numerics.Tests.Spectra;

namespace KoopmanMesh.Numerics.Tests.Operators;

public sealed class EigenfunctionTests
{
    public static TheoryData<string> All => Algebras.All;

    [Theory]
    [MemberData(nameof(All))]
    public void Eigenfunctions_OfRotationNonNormalAndIllConditionedMaps_AreMultipliedByTheirEigenvalues(string name)
    {
        var la = Algebras.Get(name);
        var (cos, sin) = (.8 * Math.Cos(.3), .8 * Math.Sin(.3));
        Matrix[] maps =
        [
            Matrix.FromRows([[cos, -sin], [sin, cos]]),
            Matrix.FromRows([[.9, 100], [0, .5]]),
            Matrix.FromRows([[.9, 1e10], [0, .5]]),
        ];
        foreach (var map in maps)
        {
            var fit = new DmdEstimator { RankRule = RankRule.Full }.Fit(
                SnapshotData.FromPairs(Planted.Linear(map, 30, 1)), la);
            var x = Matrices.Gaussian(2, 5, 2);

            var (before, after) = (fit.Eigenfunctions(x, la), fit.Eigenfunctions(Matrices.Product(map, x), la));

            for (var j = 0; j < 2; j++)
            {
                for (var k = 0; k < 5; k++)
                {
                    var expected = fit.Spectrum.Eigenvalues.Span[j] * before[j, k];
                    var error = Complex.Abs(after[j, k] - expected) / Scale(before, j);
                    Assert.InRange(error, 0, 1e-10 * Math.Sqrt(Size(map)));
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Eigenfunctions_WithProjectedModes_GiveTheStateBack(string name)
    {
        var la = Algebras.Get(name);
        Matrix[] maps = [Matrix.FromRows([[.9, .2], [-.3, .5]]), Matrix.FromRows([[.6, 1], [0, .6]])];
        foreach (var map in maps)
        {
            var fit = new DmdEstimator().Fit(SnapshotData.FromPairs(Planted.Linear(map, 30, 3)), la);
            var x = Matrices.Gaussian(2, 4, 4);

            var phi = fit.Eigenfunctions(x, la);

            // x = C W phi, also for the defective map, whose two eigenvectors are 1e-8 apart.
            var modes = ComplexParts.Times(la, fit.Decoder, fit.Spectrum.Vectors);
            for (var k = 0; k < 4; k++)
            {
                for (var i = 0; i < 2; i++)
                {
                    var sum = (modes[i, 0] * phi[0, k]) + (modes[i, 1] * phi[1, k]);
                    Assert.Equal(0, Complex.Abs(sum - x[i, k]), 1e-6);
                }
            }
        }
    }

    [Fact]
    public void Eigenfunctions_OfOtherStates_SayWhatWasExpected()
    {
        var la = Algebras.Get(LinearAlgebraProvider.ManagedChoice);
        var fit = new DmdEstimator().Fit(SnapshotData.FromPairs(Planted.Linear(Matrix.Identity(2), 9, 3)), la);

        Assert.Equal(
            "the matrix of states to lift was expected to be 2 x 4, got 3 x 4",
            Assert.Throws<ShapeMismatchException>(() => fit.Eigenfunctions(new Matrix(3, 4), la)).Message);
        Assert.Throws<NonFiniteDataException>(
            () => fit.Eigenfunctions(Matrix.FromRows([[1], [double.NaN]]), la));
    }

    private static double Scale(ComplexMatrix phi, int row) =>
        Enumerable.Range(0, phi.Columns).Max(k => Complex.Abs(phi[row, k]));

    private static double Size(Matrix map) => Math.Max(1, map.AsSpan().ToArray().Max(Math.Abs));
}
