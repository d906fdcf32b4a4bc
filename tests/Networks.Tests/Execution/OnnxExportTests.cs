using KoopmanMesh.Networks.Components;
using KoopmanMesh.Networks.Export;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Networks.Tests.Execution;

public sealed class OnnxExportTests
{
    [Fact]
    public void Dense_Exported_RunsAsComputedByHand()
    {
        var bytes = OnnxExport.Dense(
            [
                new DenseLayer(Matrix.FromRows([[1, 2], [3, -4], [0, 1]]), new double[] { 0.5, 0, -1 },
                    DenseActivation.Relu),
                new DenseLayer(Matrix.FromRows([[1, 1, 1]]), new double[] { -2 }, DenseActivation.None),
            ],
            "tiny");

        // x = (1, 1): relu(3.5, -1, 0) sums to 3.5. x = (2, 0): relu(2.5, 6, -1) sums to 8.5.
        Assert.Equal([1.5f, 6.5f], TestRows.RunFile(bytes, [1, 1, 2, 0], 2, 2));
        var model = NetworkModel.Load(bytes, "tiny");
        Assert.Equal((Batching.Free, 17L, 8L), (model.Batching, model.OperatorSet, model.IrVersion));
        Assert.Empty(model.Repairs);
        Assert.Equal([["Gemm", "Relu"], ["Gemm"]], ComponentFinder.Find(model).Components.Select(c => c.Operators));
    }

    [Theory]
    [InlineData(DenseActivation.None, -0.5)]
    [InlineData(DenseActivation.Relu, 0)]
    [InlineData(DenseActivation.Tanh, -0.46211715726)]
    [InlineData(DenseActivation.Sigmoid, 0.37754066879)]
    public void Activation_OfTheLastLayer_IsTheOutput(DenseActivation activation, double expected)
    {
        var bytes = OnnxExport.Dense([new DenseLayer(Matrix.FromRows([[-1]]), new double[] { 0 }, activation)], "one");

        Assert.Equal(expected, TestRows.RunFile(bytes, [0.5f], 1, 1)[0], 6);
    }

    [Fact]
    public void Layers_ThatDontFit_AreNamed()
    {
        var exception = Assert.Throws<ArgumentException>(() => OnnxExport.Dense(
            [
                new DenseLayer(new Matrix(3, 2), new double[3], DenseActivation.Relu),
                new DenseLayer(new Matrix(1, 2), new double[1], DenseActivation.None),
            ],
            "broken"));

        Assert.Contains(
            "layer 2 has weights 1 x 2 and a bias of 1; 3 columns and a bias of 1 were expected", exception.Message,
            StringComparison.Ordinal);
    }
}
