using KoopmanMesh.FunctionalTests.Hosting;
using KoopmanMesh.Networks.Export;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.FunctionalTests.Bounds;

/// <summary>
/// y = W relu(x) against W (x/2 + 0.1): the difference is W g with g = relu(x) - x/2 - 0.1 between -0.1 (at 0) and 0.4
/// (at 1 and -1), feature by feature, so that its largest value over [-1, 1]^6 is known.
/// </summary>
internal static class PlantedPair
{
    public const int Features = 6;

    private static readonly double[][] _weights = [[1, 0.5, -0.25, 2, 0, 1], [-1, 0.5, 0.5, -0.5, 1, 0.25]];

    /// <summary>Largest difference of each output.</summary>
    public static double[] Exact { get; } = [.. _weights.Select(row => Math.Max(
        row.Sum(w => w > 0 ? 0.4 * w : -0.1 * w), row.Sum(w => w > 0 ? 0.1 * w : -0.4 * w)))];

    public static byte[] Original(DenseActivation activation = DenseActivation.Relu) =>
        Samples.Network(Samples.Scaled(Features, 1) with { Activation = activation }, Last());

    public static byte[] Hybrid() => Samples.Network(
        Samples.Scaled(Features, 0.5) with { Bias = Enumerable.Repeat(0.1, Features).ToArray() }, Last());

    /// <summary>W g of a row.</summary>
    public static double[] Difference(IReadOnlyList<double> row) => [.. _weights.Select(
        w => w.Zip(row, (weight, x) => weight * (Math.Max(x, 0) - (x / 2) - 0.1)).Sum())];

    private static DenseLayer Last()
    {
        var weights = new Matrix(_weights.Length, Features);
        for (var i = 0; i < _weights.Length; i++)
        {
            for (var j = 0; j < Features; j++)
            {
                weights[i, j] = _weights[i][j];
            }
        }

        return new DenseLayer(weights, new double[_weights.Length], DenseActivation.None);
    }
}
