using KoopmanMesh.Credit.Bounding;
using KoopmanMesh.Networks;
using KoopmanMesh.Networks.Export;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Credit.Tests.Planted;

/// <summary>
/// Pairs of networks with a difference in closed form: y = W relu(x) against W (x/2 + 0.1), whose difference is W g with
/// g = relu(x) - x/2 - 0.1 between -0.1 (at x = 0) and 0.4 (at x = 1 and -1), feature by feature.
/// </summary>
internal static class Pairs
{
    private const double Lowest = -0.1;
    private const double Highest = 0.4;

    /// <summary>2 outputs of 6 features.</summary>
    public static double[][] Weights { get; } = [[1, 0.5, -0.25, 2, 0, 1], [-1, 0.5, 0.5, -0.5, 1, 0.25]];

    /// <summary>Largest |W g| of each output over [-1, 1]^6.</summary>
    public static double[] Largest { get; } = [.. Weights.Select(row => Math.Max(
        row.Sum(w => w > 0 ? w * Highest : w * Lowest), -row.Sum(w => w > 0 ? w * Lowest : w * Highest)))];

    public static NetworkPair Planted() => new(Original(), Hybrid());

    public static NetworkModel Original(DenseActivation activation = DenseActivation.Relu) =>
        Load("original", Scaled(1, 0, activation), Last());

    public static NetworkModel Hybrid() => Load("hybrid", Scaled(0.5, 0.1, DenseActivation.None), Last());

    public static NetworkModel Load(string name, params DenseLayer[] layers) =>
        NetworkModel.Load(OnnxExport.Dense(layers, name), name);

    public static DenseLayer Last() => new(Matrix(Weights), new double[Weights.Length], DenseActivation.None);

    private static DenseLayer Scaled(double factor, double shift, DenseActivation activation)
    {
        var width = Weights[0].Length;
        var (weights, bias) = (new Matrix(width, width), new double[width]);
        for (var i = 0; i < width; i++)
        {
            (weights[i, i], bias[i]) = (factor, shift);
        }

        return new DenseLayer(weights, bias, activation);
    }

    private static Matrix Matrix(double[][] rows)
    {
        var matrix = new Matrix(rows.Length, rows[0].Length);
        for (var i = 0; i < rows.Length; i++)
        {
            for (var j = 0; j < rows[i].Length; j++)
            {
                matrix[i, j] = rows[i][j];
            }
        }

        return matrix;
    }
}
