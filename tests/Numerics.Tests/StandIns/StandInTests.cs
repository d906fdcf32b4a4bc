using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Observables;
using KoopmanMesh.Numerics.StandIns;
using KoopmanMesh.Numerics.Storage;
using KoopmanMesh.Numerics.Tests.LinearAlgebra;

namespace KoopmanMesh.Numerics.Tests.StandIns;

public sealed class StandInTests
{
    private static readonly ILinearAlgebra _la = LinearAlgebraProvider.Detect(LinearAlgebraProvider.ManagedChoice);

    public static TheoryData<string> All => Algebras.All;

    // psi = [x; |x|], y = [2 (x1 + |x1|) + 1; -(x1 + |x1|)].
    [Theory]
    [MemberData(nameof(All))]
    public void Apply_RankOne_IsLeftTimesRightPlusOffset(string name)
    {
        var la = Algebras.Get(name);
        var standIn = new StandIn(
            Psi(2), Matrix.FromRows([[1], [0], [1], [0]]), Matrix.FromRows([[2], [-1]]), [1, 0]);

        var y = standIn.Apply(Matrix.FromRows([[3, -3], [9, 9]]), la);

        Matrices.Close(Matrix.FromRows([[13, 1], [-6, 0]]), y, 1e-14);
        Matrices.Close(Matrix.FromRows([[2, 0, 2, 0], [-1, 0, -1, 0]]), standIn.Coefficients(la), 1e-14);
        Assert.Equal((2, 2, 1), (standIn.BeforeWidth, standIn.AfterWidth, standIn.Rank));
    }

    [Fact]
    public void Parameters_AreOfTheCheaperForm()
    {
        var psi = new Dictionary(6, new StateFeature(6), new ReluFeature(Matrices.Gaussian(6, 4, 1), new double[4]));
        var thin = new StandIn(psi, Matrices.Gaussian(10, 2, 2), Matrices.Gaussian(5, 2, 3), new double[5]);
        var full = new StandIn(psi, Matrices.Gaussian(10, 5, 2), Matrices.Gaussian(5, 5, 3), new double[5]);

        Assert.True(thin.IsFactored);
        Assert.Equal((2 * (10 + 5)) + 5 + (6 * 4) + 4, thin.Parameters);
        Assert.False(full.IsFactored);
        Assert.Equal((10 * 5) + 5 + (6 * 4) + 4, full.Parameters);
    }

    [Theory]
    [InlineData("affine")]
    [InlineData("abs+poly:3+relu:5+rff:6:2+hermite:3+rbf:4+tps:3")]
    public void Archive_RoundTrip_GivesTheSameBits(string lift)
    {
        var states = Matrices.Gaussian(3, 40, 4);
        var standIn = Any(Lift.Parse(lift, 3).Bind(states, 5, _la));

        var read = RoundTrip(standIn);

        Assert.Equal(standIn.Observables.ToString(), read.Observables.ToString());
        Assert.Equal(standIn.Apply(states, _la).AsSpan().ToArray(), read.Apply(states, _la).AsSpan().ToArray());
    }

    [Fact]
    public void Archive_RoundTripOfAChain_GivesTheSameBits()
    {
        var chain = new ReluChainFeature(
            [Matrices.Gaussian(3, 3, 6), Matrices.Gaussian(3, 3, 7)], [[1, 2, 3], [4, 5, 6]]);
        var (states, standIn) = (Matrices.Gaussian(3, 9, 8), Any(new Dictionary(3, new StateFeature(3), chain)));

        var read = RoundTrip(standIn);

        Assert.Equal("x+delay:2", read.Observables.ToString());
        Assert.Equal(standIn.Apply(states, _la).AsSpan().ToArray(), read.Apply(states, _la).AsSpan().ToArray());
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Archive_RoundTripOfAConstant_GivesTheConstant(string name)
    {
        var standIn = new StandIn(Dictionary.Identity(3), new Matrix(3, 0), new Matrix(2, 0), [4, 5]);

        var y = RoundTrip(standIn).Apply(Matrices.Gaussian(3, 2, 11), Algebras.Get(name));

        Assert.Equal([4, 5, 4, 5], y.AsSpan().ToArray());
    }

    public static TheoryData<string, string> Damaged => new()
    {
        { "format", "the archive's format is \"koopmanmesh.operator/1\", expected \"koopmanmesh.stand-in/1\"" },
        { "no format", "the archive has no metadata \"format\"" },
        { "right rows", "tensor \"right\" is [2, 3], expected [1 to 16384, 4]" },
        { "left columns", "the factors of the stand-in have 1 and 2 columns, expected as many" },
        { "no left", "the archive has no tensor \"left\"" },
        { "offset", "tensor \"offset\" holds NaN or infinity, expected finite numbers" },
        { "right", "tensor \"right\" holds NaN or infinity, expected finite numbers" },
        { "float32 offset", "tensor \"offset\" is F32 [2], expected F64 of any shape" },
    };

    [Theory]
    [MemberData(nameof(Damaged))]
    public void FromArchive_Damaged_SaysWhatIsWrong(string what, string message)
    {
        var archive = new TensorArchive();
        Psi(2).Store(archive, "observables.");
        if (what != "no format")
        {
            archive.SetMetadata("format", what == "format" ? "koopmanmesh.operator/1" : "koopmanmesh.stand-in/1");
        }

        var (n, r) = (what == "right rows" ? 3 : 4, what == "left columns" ? 1 : 2);
        archive.Add("right", Numbers(2 * n, what == "right"), 2, n);
        if (what != "no left")
        {
            archive.Add("left", Numbers(r * 2, false), r, 2);
        }

        if (what == "float32 offset")
        {
            archive.Add("offset", new float[2], 2);
        }
        else
        {
            archive.Add("offset", Numbers(2, what == "offset"), 2);
        }

        Assert.Equal(message, Assert.Throws<TensorFormatException>(() => StandIn.FromArchive(archive)).Message);
    }

    // A chain that promises more layers than the file has, or fewer columns.
    [Theory]
    [InlineData(0, 2, "tensor \"observables.1.layers\" is 0, expected 1 to 16384")]
    [InlineData(2, 2, "the archive has no tensor \"observables.1.weights.2\"")]
    [InlineData(1, 1, "tensor \"observables.1.weights.1\" has 1 columns, expected 2")]
    public void FromArchive_DamagedChain_SaysWhatIsWrong(long layers, int columns, string message)
    {
        var archive = new TensorArchive();
        archive.SetMetadata("format", "koopmanmesh.stand-in/1");
        archive.SetMetadata("observables.features", "x relu-chain");
        archive.Add("observables.width", new[] { 2L }, 1);
        archive.Add("observables.1.layers", new[] { layers }, 1);
        archive.Add("observables.1.weights.1", new double[2 * columns], columns, 2);
        archive.Add("observables.1.bias.1", new double[2], 2);

        Assert.Equal(message, Assert.Throws<TensorFormatException>(() => StandIn.FromArchive(archive)).Message);
    }

    [Fact]
    public void Parts_ThatDoNotFit_AreRefused()
    {
        var (right, left) = (new Matrix(4, 2), new Matrix(3, 2));

        Assert.Equal(
            "the right factor was expected to be 4 x 2, got 5 x 2",
            Assert.Throws<ShapeMismatchException>(
                () => new StandIn(Psi(2), new Matrix(5, 2), left, [0, 0, 0])).Message);
        Assert.Equal(
            "the left factor was expected to be 2 x 2, got 3 x 2",
            Assert.Throws<ShapeMismatchException>(() => new StandIn(Psi(2), right, left, [0, 0])).Message);
        Assert.Throws<NonFiniteDataException>(() => new StandIn(Psi(2), right, left, [0, double.NaN, 0]));
    }

    private static Dictionary Psi(int width) => new(width, new StateFeature(width), new AbsoluteFeature(width));

    private static StandIn Any(Dictionary psi) =>
        new(psi, Matrices.Gaussian(psi.Count, 2, 9), Matrices.Gaussian(4, 2, 10), [1, 2, 3, 4]);

    private static double[] Numbers(int count, bool broken)
    {
        var numbers = new double[count];
        numbers[^1] = broken ? double.NaN : 1;
        return numbers;
    }

    private static StandIn RoundTrip(StandIn standIn)
    {
        using var stream = new MemoryStream();
        standIn.ToArchive().Write(stream);
        stream.Position = 0;
        return StandIn.FromArchive(TensorArchive.Read(stream));
    }
}
