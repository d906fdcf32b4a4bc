using KoopmanMesh.Numerics.Accumulation;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Tests.LinearAlgebra;

namespace KoopmanMesh.Numerics.Tests.Accumulation;

public sealed class BlockMomentsTests
{
    private const int Blocks = 5;

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void CombineMany_InBatches_EqualsCombineOneByOne(string name)
    {
        var algebra = Algebras.Get(name);
        var moments = Moments(Snapshots.Relu(6, 4, 900, 51, offset: 1e3), algebra);
        var weights = RandomWeights(17);
        var seen = new System.Collections.Concurrent.ConcurrentBag<int>();

        moments.CombineMany(
            weights,
            algebra,
            (replicate, combined) =>
            {
                seen.Add(replicate);
                Snapshots.Close(moments.Combine(weights.Column(replicate)), combined, 1e-13);
            },
            batch: 5,
            TestContext.Current.CancellationToken);

        Assert.Equal(Enumerable.Range(0, 17), seen.Order());
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Combine_FarFromTheOrigin_KeepsItsDigits(string name)
    {
        var algebra = Algebras.Get(name);
        var data = Snapshots.Relu(4, 3, 2000, 52, offset: 1e6);
        double[] weights = [1, 2, 0, 3, 1];
        var stripe = data.Rows / (4 * Blocks);

        var combined = Moments(data, algebra).Combine(weights);

        // A block's mean is a double near 1e6, good to 1e-10, beside a standard deviation of 1.
        Snapshots.Close(data.TwoPass(row => (int)weights[row / stripe % Blocks]), combined, 1e-11);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Project_OntoOrthonormalColumns_EqualsMomentsOfProjectedRows(string name)
    {
        var algebra = Algebras.Get(name);
        var moments = Moments(Snapshots.Relu(8, 3, 700, 53), algebra);
        var u = Matrices.Orthonormal(8, 2, 54);
        double[] weights = [1, 2, 0, 3, 1];
        var full = moments.Combine(weights);
        var p = new Matrix(11, 5);
        for (var i = 0; i < 11; i++)
        {
            for (var j = 0; j < 5; j++)
            {
                p[i, j] = i < 8 && j < 2 ? u[i, j] : i - 8 == j - 2 && i >= 8 ? 1 : 0;
            }
        }

        var expected = new PairMoments(
            2, 3, full.Count, Matrices.Product(p.Transpose(), new Matrix(11, 1, full.Mean)).AsSpan().ToArray(),
            Matrices.Product(Matrices.Product(p.Transpose(), full.Scatter), p));

        var projected = moments.Project(u, algebra, TestContext.Current.CancellationToken);
        Snapshots.Close(expected, projected.Combine(weights), 1e-13);
        Snapshots.Close(expected, full.Project(u, algebra), 1e-13);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Combine_AllWeightsZero_IsEmpty(string name)
    {
        var moments = Moments(Snapshots.Relu(2, 1, 100, 55), Algebras.Get(name));

        var combined = moments.Combine(new double[Blocks]);

        Assert.Equal(0, combined.Count);
        Assert.All(combined.Scatter.AsSpan().ToArray(), value => Assert.Equal(0, value));
    }

    [Fact]
    public void Constructor_PartsOfAnotherShape_NamesThemAll()
    {
        var error = Assert.Throws<ArgumentException>(
            () => new BlockMoments(2, 1, new double[4], new Matrix(3, 4), new double[3], new Matrix(5, 4)));

        Assert.StartsWith(
            "4 blocks of 2 + 1 features came with means 3 x 4, a centre of 3 and packed scatters 5 x 4, "
            + "expected 3 x 4, 3 and 6 x 4",
            error.Message);
    }

    [Fact]
    public void Project_WrongHeight_IsRefused()
    {
        var algebra = new ManagedLinearAlgebra();
        var moments = Moments(Snapshots.Relu(2, 1, 100, 56), algebra);

        var error = Assert.Throws<ArgumentException>(
            () => moments.Project(new Matrix(3, 1), algebra, TestContext.Current.CancellationToken));

        Assert.StartsWith("got a 3 x 1 projection of 2 features, expected 2 rows", error.Message);
    }

    private static BlockMoments Moments(Snapshots data, ILinearAlgebra algebra)
    {
        var accumulator = new BlockedAccumulator(
            data.BeforeWidth, data.AfterWidth, Blocks, data.Rows, AccumulatorKind.Gram, algebra);
        accumulator.Add(0, data.Before, data.After, data.Rows);
        return accumulator.ToBlockMoments();
    }

    private static Matrix RandomWeights(int replicates)
    {
        var (random, weights) = (new Random(57), new Matrix(Blocks, replicates));
        for (var r = 0; r < replicates; r++)
        {
            for (var draw = 0; draw < Blocks; draw++)
            {
                weights[random.Next(Blocks), r]++;
            }
        }

        return weights;
    }
}
