using KoopmanMesh.Numerics.Alignment;
using KoopmanMesh.Numerics.Determinants;
using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Tests.Fitting;
using KoopmanMesh.Numerics.Tests.LinearAlgebra;

namespace KoopmanMesh.Numerics.Tests.Alignment;

public sealed class AlignmentTests
{
    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void MinimalAlignment_WideDenseLayer_LosesNothingAndHasADeterminant(string name)
    {
        var la = Algebras.Get(name);
        var (w, x) = (Matrices.Gaussian(3, 5, 1), Matrices.Gaussian(5, 20, 2));

        var alignment = MinimalAlignment.Of(w, MinimalAlignment.DefaultRule, la);

        var layer = alignment.Layer;
        Assert.Equal((3, 5), (layer.Narrow, layer.Wide));
        Matrices.Close(Layer(w, x), Layer(w, layer.Align(layer.Restore(x, la), la)), 1e-14);
        Assert.Equal(
            LogDeterminants.LogPdet(w, 1e-10, la).Value,
            LogDeterminants.LogAbsDet(Matrices.Product(w, layer.ToMatrix()), la).LogAbs,
            1e-13);
    }

    [Theory]
    [InlineData("openblas", 4, 9)]
    [InlineData("managed", 4, 9)]
    [InlineData("openblas", 9, 4)]
    [InlineData("managed", 9, 4)]
    public void MinimalAlignment_RankDeficientWeight_KeepsOnlyItsRank(string name, int rows, int columns)
    {
        var la = Algebras.Get(name);
        var w = Matrices.WithSingularValues(rows, columns, [2, 1, 1e-9], 3);

        var alignment = MinimalAlignment.Of(w, MinimalAlignment.DefaultRule, la);

        Assert.Equal((2, 2), (alignment.Rank.Rank, alignment.Layer.Narrow));
        Assert.Equal(1, alignment.SingularValues.Span[1], 1e-12);
        var v = alignment.Layer.ToMatrix();
        Matrices.Close(w, Matrices.Product(w, Matrices.Product(v, v.Transpose())), 1e-8);
    }

    public static TheoryData<string, string> Layers
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var name in Algebras.Names)
            {
                data.Add(name, "zero pad");
                data.Add(name, "random");
                data.Add(name, "principal");
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Layers))]
    public void AuxiliaryLayer_AnyKind_RestoresExactlyAndKeepsThePseudoDeterminant(string name, string kind)
    {
        var la = Algebras.Get(name);
        var layer = Make(kind, 3, 5, la);
        var (contracting, expanding) = (Matrices.Gaussian(3, 5, 4), Matrices.Gaussian(5, 3, 5));
        var v = Matrices.Gaussian(3, 12, 6);
        var e = layer.ToMatrix();

        Matrices.Close(v, layer.Restore(layer.Align(v, la), la), 1e-14);
        Matrices.Close(Layer(expanding, v), Layer(expanding, layer.Restore(layer.Align(v, la), la)), 1e-14);
        Matrices.OrthonormalColumns(e, 1e-14);
        SamePdet(contracting, Matrices.Product(e, contracting), la);
        SamePdet(expanding, Matrices.Product(expanding, e.Transpose()), la);
        Assert.Equal(3, LogDeterminants.LogPdet(Matrices.Product(e, contracting), 1e-10, la).Rank);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void AlignDown_AnyOrthonormalBasis_NeverExceedsThePseudoDeterminant(string name)
    {
        var la = Algebras.Get(name);
        var j = Matrices.Gaussian(3, 6, 7);
        var pdet = LogDeterminants.LogPdet(j, 1e-10, la).Value;

        for (var seed = 0; seed < 20; seed++)
        {
            var b = OrthonormalLayer.Random(3, 6, seed, la).ToMatrix();
            Assert.True(LogDeterminants.LogAbsDet(Matrices.Product(j, b), la).LogAbs <= pdet + 1e-12);
        }
    }

    [Fact]
    public void RandomLayer_SameSeed_IsTheSameOnBothProviders()
    {
        var openBlas = OrthonormalLayer.Random(4, 7, 8, Algebras.Get("openblas")).ToMatrix();
        var managed = OrthonormalLayer.Random(4, 7, 8, Algebras.Get("managed")).ToMatrix();
        var other = OrthonormalLayer.Random(4, 7, 9, Algebras.Get("managed")).ToMatrix();

        Matrices.Close(openBlas, managed, 1e-14);
        Assert.True(Matrices.Distance(managed, other) > 0.1);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void PcaLayer_PlantedDirections_FindsThem(string name)
    {
        var la = Algebras.Get(name);
        var u = Matrices.Orthonormal(5, 5, 10);
        var scatter = Matrices.Product(Matrices.Scaled(u, [9, 4, 1, 0.5, 0.1]), u.Transpose());

        var e = OrthonormalLayer.Pca(scatter, 2, la).ToMatrix();

        var planted = u.SelectColumns(0, 2);
        Matrices.Close(
            Matrices.Product(planted, planted.Transpose()), Matrices.Product(e, e.Transpose()), 1e-12);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Alignment_WrongShapes_AreNamed(string name)
    {
        var la = Algebras.Get(name);

        Assert.Equal(
            "the narrow side of an alignment was expected to be at most 3 wide, got 5",
            Assert.Throws<ShapeMismatchException>(() => new ZeroPadLayer(5, 3)).Message);
        Assert.Equal(
            "the vectors to align was expected to be 2 x 1, got 3 x 1",
            Assert.Throws<ShapeMismatchException>(() => new ZeroPadLayer(2, 4).Align(new Matrix(3, 1), la)).Message);
        Assert.Equal(
            "the vectors to restore was expected to be 4 x 1, got 3 x 1",
            Assert.Throws<ShapeMismatchException>(() => new ZeroPadLayer(2, 4).Restore(new Matrix(3, 1), la)).Message);
        Assert.Equal(
            "the weight to align was expected to be at least 1 x 1, got 0 x 4",
            Assert.Throws<ShapeMismatchException>(
                () => MinimalAlignment.Of(new Matrix(0, 4), RankRule.Full, la)).Message);
    }

    private static AuxiliaryLayer Make(string kind, int narrow, int wide, ILinearAlgebra la)
    {
        var sample = Matrices.Gaussian(wide, 3 * wide, 11);
        return kind switch
        {
            "zero pad" => new ZeroPadLayer(narrow, wide),
            "random" => OrthonormalLayer.Random(narrow, wide, 12, la),
            _ => OrthonormalLayer.Pca(Matrices.Product(sample, sample.Transpose()), narrow, la),
        };
    }

    private static Matrix Layer(Matrix w, Matrix x) =>
        PlantedPairs.Map(PlantedPairs.Affine(w, x, 0.1, -0.2), Math.Tanh);

    private static void SamePdet(Matrix expected, Matrix actual, ILinearAlgebra la) => Assert.Equal(
        LogDeterminants.LogPdet(expected, 1e-10, la).Value, LogDeterminants.LogPdet(actual, 1e-10, la).Value, 1e-12);
}
