using KoopmanMesh.Numerics.Accumulation;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Tests.LinearAlgebra;

namespace KoopmanMesh.Numerics.Tests.Accumulation;

public sealed class IncrementalPcaTests
{
    private const int Width = 60;

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Finish_LowRankDataOffTheOrigin_FindsItsSpanExactly(string name)
    {
        var algebra = Algebras.Get(name);
        var directions = Matrices.Orthonormal(Width, 3, 61);
        var rows = Planted(directions, [9, 3, 1], 1500, noise: 0, offset: 20);
        var pca = new IncrementalPca(Width, 8, algebra);

        for (var start = 0; start < 1500; start += 100)
        {
            pca.Add(rows.AsSpan(start * Width, 100 * Width), 100);
        }

        var basis = pca.Finish();
        var (mean, scatter) = TwoPass(rows, 1500);
        var truth = algebra.SymmetricEigen(scatter).Values;
        Assert.Equal(1500, basis.Count);
        Assert.All(basis.Mean.Zip(mean), pair => Assert.Equal(pair.Second, pair.First, 1e-11));
        Matrices.OrthonormalColumns(basis.Basis);
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(1, basis.SingularValues[i] / Math.Sqrt(truth[i]), 1e-10);
        }

        var inside = Matrices.Product(basis.Basis.Transpose(), directions);
        Assert.Equal(Math.Sqrt(3), Matrices.Norm(inside), 1e-9);
        Assert.InRange(basis.LostEnergyFraction, 0, 1e-12);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Finish_NoisyDataBeyondTheRank_ReportsWhatWasLost(string name)
    {
        var algebra = Algebras.Get(name);
        var rows = Planted(Matrices.Orthonormal(Width, 3, 62), [30, 20, 10], 3000, noise: 0.1, offset: -5);
        var pca = new IncrementalPca(Width, 3, algebra);

        pca.Add(rows, 3000);

        var basis = pca.Finish();
        var (_, scatter) = TwoPass(rows, 3000);
        var truth = algebra.SymmetricEigen(scatter).Values;
        var best = truth[..3].Sum() / truth.Sum();
        Assert.Equal(truth.Sum(), basis.TotalEnergy, 1e-9 * truth.Sum());
        Assert.InRange(basis.RetainedEnergyFraction, best - 1e-4, best + 1e-12);
        Assert.Equal(1, basis.RetainedEnergyFraction + basis.LostEnergyFraction, 1e-15);
        var kept = Matrices.Product(Matrices.Product(basis.Basis.Transpose(), scatter), basis.Basis);
        Assert.InRange(
            (kept[0, 0] + kept[1, 1] + kept[2, 2]) / truth.Sum(), basis.RetainedEnergyFraction - 1e-9, best + 1e-12);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Add_InPieces_ChangesNoBit(string name)
    {
        var algebra = Algebras.Get(name);
        var rows = Planted(Matrices.Orthonormal(Width, 3, 63), [3, 2, 1], 900, noise: 0.1, offset: 0);
        var (whole, pieces) = (new IncrementalPca(Width, 5, algebra), new IncrementalPca(Width, 5, algebra));

        whole.Add(rows, 900);
        for (var start = 0; start < 900; start += 36)
        {
            pieces.Add(rows.AsSpan(start * Width, 36 * Width), 36);
        }

        Assert.Equal(whole.Finish().Basis.AsSpan(), pieces.Finish().Basis.AsSpan());
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Project_RowsInTheSpan_GivesTheirCoordinates(string name)
    {
        var algebra = Algebras.Get(name);
        var rows = Planted(Matrices.Orthonormal(Width, 2, 64), [5, 2], 600, noise: 0, offset: 3);
        var pca = new IncrementalPca(Width, 4, algebra);
        pca.Add(rows, 600);
        var basis = pca.Finish();
        var coordinates = new float[600 * basis.Rank];

        basis.Project(rows, 600, coordinates, algebra);

        for (var r = 0; r < 600; r += 97)
        {
            for (var i = 0; i < Width; i++)
            {
                var rebuilt = basis.Mean[i];
                for (var k = 0; k < basis.Rank; k++)
                {
                    rebuilt += basis.Basis[i, k] * coordinates[(r * basis.Rank) + k];
                }

                Assert.Equal(rows[(r * Width) + i], rebuilt, 2e-5);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Finish_NothingOrConstantData_HasNoDirections(string name)
    {
        var algebra = Algebras.Get(name);
        var pca = new IncrementalPca(3, 2, algebra);

        Assert.Equal((0, 0L), (pca.Finish().Rank, pca.Finish().Count));

        pca.Add([1, 2, 3, 1, 2, 3], 2);

        Assert.Equal((0, 2L), (pca.Finish().Rank, pca.Finish().Count));
        Assert.Equal([1, 2, 3], pca.Finish().Mean);
        Assert.Equal(0, pca.Finish().LostEnergyFraction);
    }

    [Fact]
    public void Add_NonFiniteValue_NamesTheRow()
    {
        var pca = new IncrementalPca(2, 1, new ManagedLinearAlgebra());
        pca.Add([1, 2], 1);

        var error = Assert.Throws<NonFiniteSnapshotException>(() => pca.Add([1, float.PositiveInfinity], 1));

        Assert.Equal((1L, 1), (error.Row, error.Feature));
    }

    [Fact]
    public void Project_DestinationTooShort_IsRefused()
    {
        var algebra = new ManagedLinearAlgebra();
        var pca = new IncrementalPca(2, 1, algebra);
        pca.Add([1, 2, 3, 4], 2);

        var error = Assert.Throws<ArgumentException>(() => pca.Finish().Project([1, 2], 1, new float[3], algebra));

        Assert.StartsWith("the destination holds 3 values, expected 1 rows of 1", error.Message);
    }

    private static float[] Planted(Matrix directions, double[] scales, int rows, double noise, double offset)
    {
        var (random, values) = (new Random(65), new float[rows * Width]);
        for (var r = 0; r < rows; r++)
        {
            var amplitudes = scales.Select(scale => scale * Matrices.NextGaussian(random)).ToArray();
            for (var i = 0; i < Width; i++)
            {
                var value = offset + (noise * Matrices.NextGaussian(random));
                for (var k = 0; k < scales.Length; k++)
                {
                    value += amplitudes[k] * directions[i, k];
                }

                values[(r * Width) + i] = (float)value;
            }
        }

        return values;
    }

    private static (double[] Mean, Matrix Scatter) TwoPass(float[] rows, int count)
    {
        var mean = Enumerable.Range(0, Width)
            .Select(i => Enumerable.Range(0, count).Sum(r => (double)rows[(r * Width) + i]) / count).ToArray();
        var centred = new Matrix(Width, count);
        for (var r = 0; r < count; r++)
        {
            for (var i = 0; i < Width; i++)
            {
                centred[i, r] = rows[(r * Width) + i] - mean[i];
            }
        }

        return (mean, Matrices.Product(centred, centred.Transpose()));
    }
}
