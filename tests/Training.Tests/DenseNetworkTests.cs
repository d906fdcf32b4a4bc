using KoopmanMesh.Training;

namespace KoopmanMesh.Training.Tests;

public sealed class DenseNetworkTests
{
    [Fact]
    public void Initialisation_WideLayer_IsKaimingNormalWithItsBias()
    {
        var network = new DenseNetwork<double>([400, 500, 10], seed: 2);

        var layer = network.Layers[0];
        var weights = layer.Weights.ToArray();

        Assert.Equal((400, 500, true), (layer.Inputs, layer.Outputs, layer.HasRelu));
        Assert.False(network.Layers[1].HasRelu);
        // Standard errors: of the mean 1.6e-4, of the variance 1.6e-5.
        Assert.Equal(0, weights.Average(), 8e-4);
        Assert.Equal(2.0 / 400, weights.Average(w => w * w), 8e-5);
        Assert.All(layer.Biases.ToArray(), bias => Assert.Equal(0.01, bias));
    }

    [Fact]
    public void Parameters_OfThePapersNetwork_Are129InLayerOrder()
    {
        var network = new DenseNetwork<float>([2, 8, 6, 4, 3, 2], seed: 0);

        network.Parameters.Span[16] = 77;

        Assert.Equal(129, network.Parameters.Length);
        Assert.Equal(77, network.Layers[0].Biases.Span[0]);
        Assert.Equal([8, 6, 4, 3, 2], network.Layers.Select(l => l.Outputs));
    }

    [Fact]
    public void Widths_FewerThanTwoOrNotPositive_AreRefused()
    {
        Assert.Throws<ArgumentException>(() => new DenseNetwork<float>([2], 0));
        var error = Assert.Throws<ArgumentException>(() => new DenseNetwork<float>([2, 0, 2], 0));
        Assert.Contains("got 2, 0, 2", error.Message, StringComparison.Ordinal);
    }
}
