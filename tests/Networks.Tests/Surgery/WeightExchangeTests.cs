using KoopmanMesh.Networks.Execution;
using KoopmanMesh.Networks.Surgery;

namespace KoopmanMesh.Networks.Tests.Surgery;

public sealed class WeightExchangeTests
{
    /// <summary>y = x W' + b with the transpose as a node, which loading folds.</summary>
    private static readonly WeightExchange _exchange = WeightExchange.Open(
        new GraphBuilder()
            .Input("x", -1, 2).Output("y", -1, 2)
            .Floats("w", [2, 2], 1, 2, 3, 4).Floats("b", [2], 10, 20).Integers("n", 1)
            .Node("Transpose", "w", "t").Node("MatMul", "x t", "p").Node("Add", "p b", "y").Bytes(),
        "affine.onnx");

    [Fact]
    public void With_OtherWeights_FoldsThemAnew()
    {
        var model = _exchange.With([new Weight("w", [2, 2], new float[] { 5, 6, 7, 8 })]);

        Assert.Equal([5 + 12 + 10, 7 + 16 + 20], Run(model, 1, 2));
    }

    [Fact]
    public void With_NoWeights_IsTheNetworkAsItWas()
    {
        _exchange.With([new Weight("b", [2], new float[2])]);

        Assert.Equal([1 + 4 + 10, 3 + 8 + 20], Run(_exchange.With([]), 1, 2));
    }

    [Theory]
    [InlineData("v", new long[] { 2 }, "'affine.onnx' has no weight 'v'; it has 'w', 'b', 'n'.")]
    [InlineData("b", new long[] { 1, 2 }, "The weight 'b' of 'affine.onnx' has shape [2], got [1, 2].")]
    [InlineData("n", new long[] { 1 }, "The weight 'n' of 'affine.onnx' holds Int64 values; float32 weights can be "
        + "exchanged.")]
    public void Require_WhatTheFileHasNot_IsRefusedByName(string name, long[] shape, string message)
    {
        var refused = Assert.Throws<SurgeryException>(() => _exchange.Require(name, shape));

        Assert.Equal(message, refused.Message);
    }

    [Fact]
    public void With_NotFinite_NamesTheIndex()
    {
        var refused = Assert.Throws<SurgeryException>(
            () => _exchange.With([new Weight("b", [2], new[] { 1, float.PositiveInfinity })]));

        Assert.Equal("The new weight 'b' holds Infinity at index 1; finite numbers are expected.", refused.Message);
    }

    [Fact]
    public void With_OneWeightTwice_IsRefused()
    {
        var bias = new Weight("b", [2], new float[2]);

        var refused = Assert.Throws<SurgeryException>(() => _exchange.With([bias, bias]));

        Assert.Equal("The weight 'b' of 'affine.onnx' comes twice in one set.", refused.Message);
    }

    private static float[] Run(NetworkModel model, params float[] row)
    {
        using var session = new NetworkSession(model);
        return session.Run(row, 1).Output.ToArray();
    }
}
