using KoopmanMesh.Credit.Bounding.Sound;
using KoopmanMesh.Credit.Tests.Planted;
using KoopmanMesh.Networks;
using KoopmanMesh.Networks.Export;
using KoopmanMesh.Networks.Lowering;
using KoopmanMesh.Networks.Surgery;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Observables;
using KoopmanMesh.Numerics.StandIns;

namespace KoopmanMesh.Credit.Tests.Bounding.Sound;

/// <summary>Small networks drawn from a seed, and hybrids of them.</summary>
internal static class PlantedNetworks
{
    public static ILinearAlgebra La => Providers.Default;

    /// <summary>Dense layers with ReLU between them; weights and biases drawn, the weights of unit gain.</summary>
    public static NetworkModel Dense(int seed, params int[] widths)
    {
        var layers = new DenseLayer[widths.Length - 1];
        for (var k = 0; k < layers.Length; k++)
        {
            var weights = Draw.Gaussian(widths[k + 1], widths[k], (100 * seed) + k);
            foreach (ref var value in weights.AsSpan())
            {
                value *= Math.Sqrt(2.0 / widths[k]);
            }

            var bias = Draw.Gaussian(widths[k + 1], 1, (100 * seed) + 50 + k).AsSpan().ToArray();
            var activation = k == layers.Length - 1 ? DenseActivation.None : DenseActivation.Relu;
            layers[k] = new DenseLayer(weights, bias.Select(value => 0.3 * value).ToArray(), activation);
        }

        return Load(layers);
    }

    public static NetworkModel Load(params DenseLayer[] layers) =>
        NetworkModel.Load(OnnxExport.Dense(layers, "planted"), "planted");

    public static DenseLayer Layer(double[][] weights, double[] bias, DenseActivation activation) =>
        new(Matrix.FromRows(weights), bias, activation);

    /// <summary>y = A x + c.</summary>
    public static StandIn Affine(double[][] weights, params double[] offset)
    {
        var a = Matrix.FromRows(weights);
        return new StandIn(Dictionary.Identity(a.Columns), Matrix.Identity(a.Columns), a, offset);
    }

    /// <summary>What it fits the region to on rows of the box: least squares on the given observables.</summary>
    public static StandIn Fitted(NetworkModel model, SoundRegion region, Dictionary observables, Box box, int seed)
    {
        var run = LoweredNetwork.Lower(model).Run(
            Points.Random(box, 400, seed), La, TestContext.Current.CancellationToken);
        var lifted = observables.Lift(run[region.From], La);
        var target = run[region.To];
        var withOne = new Matrix(lifted.Rows + 1, lifted.Columns);
        for (var j = 0; j < lifted.Columns; j++)
        {
            lifted.Column(j).CopyTo(withOne.Column(j));
            withOne[lifted.Rows, j] = 1;
        }

        var gram = La.Multiply(withOne, withOne, transposeB: true);
        for (var i = 0; i < gram.Rows; i++)
        {
            gram[i, i] += 1e-6 * lifted.Columns;
        }

        var factor = La.Cholesky(gram)!;
        var moments = La.Multiply(withOne, target, transposeB: true);
        var solved = La.SolveLower(factor, La.SolveLower(factor, moments, transpose: false), transpose: true);
        var left = new Matrix(target.Rows, lifted.Rows);
        var offset = new double[target.Rows];
        for (var i = 0; i < target.Rows; i++)
        {
            for (var j = 0; j < lifted.Rows; j++)
            {
                left[i, j] = solved[j, i];
            }

            offset[i] = solved[lifted.Rows, i];
        }

        return new StandIn(observables, Matrix.Identity(lifted.Rows), left, offset);
    }

    public static NetworkModel Hybrid(NetworkModel model, SoundRegion region, StandIn standIn) => HybridSurgery.Replace(
        model, region.From, region.To, standIn, new HybridOptions { Name = region.Name }, La);

    public static Box Cube(int width, double radius, double center = 0)
    {
        var (lower, upper) = (new double[width], new double[width]);
        lower.AsSpan().Fill(center - radius);
        upper.AsSpan().Fill(center + radius);
        return new Box(lower, upper);
    }

    public static SoundBoundResult Bound(
        NetworkModel original, NetworkModel hybrid, Box box, params SoundRegion[] regions) =>
        Bound(new SoundOptions(), original, hybrid, box, regions);

    public static SoundBoundResult Bound(
        SoundOptions options, NetworkModel original, NetworkModel hybrid, Box box, params SoundRegion[] regions) =>
        new SoundBounder(La, options).Bound(
            original, hybrid, regions, box, TestContext.Current.CancellationToken);
}
