using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Tests.LinearAlgebra;

public sealed class ParallelProductTests
{
    // By panels of the inner dimension, by tiles of the result, too small to share, empty.
    public static TheoryData<string, int, int> Shapes =>
        Algebras.With((20, 4000), (260, 300), (140, 80), (3, 5), (1, 1), (4, 0), (0, 3));

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Syrk_AnyShape_IsTheTripleLoop(string name, int rows, int columns)
    {
        var a = Matrices.Gaussian(rows, columns, 1);

        var product = Algebras.Get(name).Syrk(a);

        Matrices.Close(Matrices.Product(a, a.Transpose()), product, 1e-13);
        Matrices.Close(product.Transpose(), product, 0);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Outer_AnyShape_IsTheTripleLoop(string name, int rows, int columns)
    {
        var (a, b) = (Matrices.Gaussian(rows, columns, 1), Matrices.Gaussian(rows + 7, columns, 2));

        Matrices.Close(Matrices.Product(a, b.Transpose()), Algebras.Get(name).Outer(a, b), 1e-13);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Times_AnyShape_IsTheTripleLoop(string name, int rows, int columns)
    {
        var la = Algebras.Get(name);
        var (a, u) = (Matrices.Gaussian(rows, columns, 1), Matrices.Gaussian(rows, 5, 2));

        Matrices.Close(Matrices.Product(u.Transpose(), a), la.Times(u, a, transposeA: true), 1e-13);
        Matrices.Close(Matrices.Product(u.Transpose(), a), la.Times(u.Transpose(), a), 1e-13);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Syrk_HoweverItsPiecesAreScheduled_SameBits(string name)
    {
        var la = Algebras.Get(name);
        var a = Matrices.Gaussian(40, 4000, 3);
        var expected = la.Syrk(a).AsSpan().ToArray();
        var crowded = new Matrix[8];

        Parallel.For(0, crowded.Length, i => crowded[i] = la.Syrk(a));

        Assert.All(crowded, product => Assert.Equal(expected, product.AsSpan().ToArray()));
    }
}
