using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Credit.Tests.Planted;

/// <summary>Components as maps of snapshots (one in each column).</summary>
internal static class Maps
{
    public static Func<Matrix, Matrix> Linear(Matrix a) => x => Providers.Default.Multiply(a, x);

    public static Func<Matrix, Matrix> Affine(Matrix a, double[] offset) => x =>
    {
        var y = Providers.Default.Multiply(a, x);
        for (var j = 0; j < y.Columns; j++)
        {
            for (var i = 0; i < y.Rows; i++)
            {
                y[i, j] += offset[i];
            }
        }

        return y;
    };

    public static Func<Matrix, Matrix> Tanh(Matrix a) => x => Elementwise(Providers.Default.Multiply(a, x), Math.Tanh);

    public static Func<Matrix, Matrix> Noisy(Matrix a, double deviation, int seed) => x =>
    {
        var y = Providers.Default.Multiply(a, x);
        var noise = Draw.Gaussian(y.Rows, y.Columns, seed);
        for (var i = 0; i < y.AsSpan().Length; i++)
        {
            y.AsSpan()[i] += deviation * noise.AsSpan()[i];
        }

        return y;
    };

    public static Func<Matrix, Matrix> Softmax() => x =>
    {
        var y = Elementwise(x, Math.Exp);
        for (var j = 0; j < y.Columns; j++)
        {
            var column = y.Column(j);
            var sum = System.Numerics.Tensors.TensorPrimitives.Sum<double>(column);
            System.Numerics.Tensors.TensorPrimitives.Divide(column, sum, column);
        }

        return y;
    };

    public static Func<Matrix, Matrix> Then(this Func<Matrix, Matrix> first, Func<Matrix, Matrix> second) =>
        x => second(first(x));

    private static Matrix Elementwise(Matrix x, Func<double, double> f) =>
        new(x.Rows, x.Columns, Array.ConvertAll(x.AsSpan().ToArray(), value => f(value)));
}
