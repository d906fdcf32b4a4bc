using KoopmanMesh.Networks.Execution;
using KoopmanMesh.Networks.Export;
using KoopmanMesh.Networks.Surgery;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Networks.Tests.Execution;

public sealed class OperationCountTests
{
    [Fact]
    public void Of_DenseLayers_IsTheProductsTheBiasesAndTheActivations()
    {
        var model = Dense(DenseActivation.Relu, 3, 5, 2);

        // 2 n p for a product and its bias, p for the ReLU.
        Assert.Equal((2 * 3 * 5) + 5 + (2 * 5 * 2) + 2, OperationCount.Of(model));
    }

    [Fact]
    public void Of_Parts_AddUpToTheWhole()
    {
        var model = Dense(DenseActivation.Tanh, 4, 6, 3, 2);
        var cuts = model.Cuts.Select(cut => cut.Name).ToArray();

        var parts = cuts.Zip(cuts.Skip(1), (from, to) => OperationCount.Of(GraphSurgery.Extract(model, from, to)));

        Assert.Equal(OperationCount.Of(model), parts.Sum());
    }

    [Fact]
    public void Of_ConvolutionAndPool_IsCountedByItsWindow()
    {
        var model = new GraphBuilder()
            .Input("x", -1, 2, 6, 6)
            .Random("w", 1, 3, 2, 3, 3)
            .Random("b", 2, 3)
            .Node("Conv", "x w b", "y")
            .Node("Relu", "y", "z")
            .Output("z", -1, 3, 4, 4)
            .Load();

        // 3 maps of 4 x 4, each number from 2 x 3 x 3 products and a bias, then a ReLU.
        Assert.Equal((48 * 2 * 18) + 48, OperationCount.Of(model));
    }

    private static NetworkModel Dense(DenseActivation activation, params int[] widths)
    {
        var layers = widths.Zip(
            widths.Skip(1), (n, p) => new DenseLayer(new Matrix(p, n), new double[p], activation));
        return NetworkModel.Load(OnnxExport.Dense([.. layers], "planted"), "planted.onnx");
    }
}
