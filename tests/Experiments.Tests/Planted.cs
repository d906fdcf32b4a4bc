using KoopmanMesh.Experiments.Scaling;
using KoopmanMesh.Networks.Export;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Training;

namespace KoopmanMesh.Experiments.Tests;

/// <summary>
/// A scaling chain that is linear: positive states under matrices of positive numbers never meet a ReLU's kink, so z_k
/// = A^k z_0, and the layer to be replaced is A's first rows.
/// </summary>
internal static class Planted
{
    public const int Width = 3;

    /// <summary>Not normal, eigenvalues 0.9, 0.6 and 0.3.</summary>
    public static Matrix Map { get; } = Matrix.FromRows([[0.9, 0.2, 0.1], [0, 0.6, 0.3], [0, 0, 0.3]]);

    public static ScaledNetwork Network(int nextWidth, int blocks = 10) => new(
        [Layer(Matrix.Identity(Width))],
        [.. Enumerable.Range(0, blocks).Select(_ => Layer(Map))],
        Layer(First(Map, nextWidth)),
        [new DenseLayer(Matrix.Identity(nextWidth), new double[nextWidth], DenseActivation.None)]);

    public static Matrix Inputs(int count, uint seed)
    {
        var random = new RandomState(seed);
        var inputs = new Matrix(Width, count);
        foreach (ref var value in inputs.AsSpan())
        {
            value = 0.1 + random.NextDouble();
        }

        return inputs;
    }

    public static Matrix First(Matrix matrix, int rows)
    {
        var first = new Matrix(rows, matrix.Columns);
        for (var j = 0; j < matrix.Columns; j++)
        {
            matrix.Column(j)[..rows].CopyTo(first.Column(j));
        }

        return first;
    }

    public static void Equal(Matrix expected, Matrix actual, double tolerance)
    {
        Assert.Equal((expected.Rows, expected.Columns), (actual.Rows, actual.Columns));
        var (e, a) = (expected.AsMemory(), actual.AsMemory());
        Assert.All(Enumerable.Range(0, e.Length), i => Assert.Equal(e.Span[i], a.Span[i], tolerance));
    }

    private static DenseLayer Layer(Matrix weights) => new(weights, new double[weights.Rows], DenseActivation.Relu);
}
