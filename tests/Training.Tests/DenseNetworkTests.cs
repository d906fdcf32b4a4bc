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

    [Fact]
    public void OutputRelu_Asked_FollowsTheLastLayerToo()
    {
        var network = new DenseNetwork<float>([2, 3, 2], 0, outputRelu: true);

        Assert.Equal([true, true], network.Layers.Select(l => l.HasRelu));
        Assert.Equal(new DenseNetwork<float>([2, 3, 2], 0).Parameters.ToArray(), network.Parameters.ToArray());
    }

    [Fact]
    public void From_LayersOfTwoNetworks_CopiesThem()
    {
        var first = new DenseNetwork<double>([2, 3, 4], 1, outputRelu: true);
        var second = new DenseNetwork<double>([4, 1], 2);
        second.Layers[0].IsFrozen = true;

        var joined = DenseNetwork.From([.. first.Layers, .. second.Layers]);
        first.Parameters.Span.Clear();

        Assert.Equal([2, 3, 4, 1], joined.Widths);
        Assert.Equal([true, true, false], joined.Layers.Select(l => l.HasRelu));
        Assert.Equal([false, false, true], joined.Layers.Select(l => l.IsFrozen));
        Assert.Equal(new DenseNetwork<double>([2, 3, 4], 1).Parameters.ToArray(), joined.Parameters[..25].ToArray());
        Assert.Equal(second.Parameters.ToArray(), joined.Parameters[25..].ToArray());
    }

    [Fact]
    public void From_LayersThatDoNotMeet_AreRefused()
    {
        var none = Assert.Throws<ArgumentException>(() => DenseNetwork.From<float>());
        var layer = new DenseLayer<float>(new float[6], new float[2], true);
        var apart = Assert.Throws<ArgumentException>(() => DenseNetwork.From(layer, layer));
        var ragged = Assert.Throws<ArgumentException>(() => new DenseLayer<float>(new float[5], new float[2], true));
        var copy = Assert.Throws<ArgumentException>(() => new DenseNetwork<float>([2, 3], 0).Layers[0].CopyFrom(
            new DenseNetwork<float>([3, 2], 0).Layers[0]));

        Assert.StartsWith("a network needs at least one layer, got none", none.Message, StringComparison.Ordinal);
        Assert.StartsWith(
            "layer 1 takes 3 numbers, but the one before gives 2", apart.Message, StringComparison.Ordinal);
        Assert.Contains("got 5 weights and 2 biases", ragged.Message, StringComparison.Ordinal);
        Assert.StartsWith(
            "a layer of 3 x 2 weights can't take those of a layer of 2 x 3", copy.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TrainingSet_LengthsThatDoNotFit_AreRefused()
    {
        var classes = Assert.Throws<ArgumentException>(() => TrainingSet.OfClasses(new float[5], 2, [0, 1]));
        var targets = Assert.Throws<ArgumentException>(() => TrainingSet.OfTargets(new float[4], 2, new float[3], 1));
        var none = Assert.Throws<ArgumentException>(() => TrainingSet.OfTargets([], 2, new float[3], 1));

        Assert.StartsWith(
            "2 rows of 2 features are 4 numbers and at least one row, got 5", classes.Message,
            StringComparison.Ordinal);
        Assert.StartsWith(
            "2 rows of 1 targets are 2 numbers and at least one row, got 3", targets.Message, StringComparison.Ordinal);
        Assert.StartsWith(
            "0 rows of 2 features are 0 numbers and at least one row, got 0", none.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Numbers_ThatAreNeitherFloatNorDouble_AreRefused()
    {
        var error = Assert.Throws<NotSupportedException>(() => new DenseNetwork<Half>([1, 1], 0));

        Assert.Equal("networks compute in float or double, not System.Half", error.Message);
    }
}
