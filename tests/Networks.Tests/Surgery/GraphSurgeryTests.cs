using KoopmanMesh.Networks.Components;
using KoopmanMesh.Networks.Surgery;
using KoopmanMesh.Networks.Tests.Components;

namespace KoopmanMesh.Networks.Tests.Surgery;

public sealed class GraphSurgeryTests
{
    [Fact]
    public void SkipBranch_OfAResidualBlock_LeavesItsShortcut()
    {
        var model = ComponentFinderTests.ResidualNetwork().Load();
        var rows = TestRows.Normal(4 * 3, seed: 15);
        var expected = new GraphBuilder().Input("x", -1, 3).Output("y", -1, 2)
            .Random("w1", 1, 3, 4).Random("w4", 4, 4, 2)
            .Node("MatMul", "x w1", "a").Node("Relu", "a", "h").Node("MatMul", "h w4", "y").Bytes();

        var edited = GraphSurgery.SkipBranch(model, ComponentFinder.Find(model).Components[1]);

        TestRows.AssertClose(TestRows.RunFile(expected, rows, 4, 3), TestRows.Run(edited, rows));
    }

    [Fact]
    public void SkipBranch_OfAPlainLayer_IsRefused()
    {
        var model = ComponentFinderTests.ResidualNetwork().Load();

        var exception = Assert.Throws<ArgumentException>(
            () => GraphSurgery.SkipBranch(model, ComponentFinder.Find(model).Components[0]));

        Assert.Contains("'dense_1' is not on a residual branch.", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Zero_OfAComponent_SendsZerosOn()
    {
        var model = Catalogue.Load("marabou/mnist2x10.onnx");
        var chain = ComponentFinder.Find(model);

        var answers = TestRows.Run(GraphSurgery.Zero(model, chain.Components[1]), TestRows.Uniform(784, seed: 16));

        var bias = chain.Components[2].Dense!.Bias;
        Assert.Equal(bias.ToArray().Select(value => (float)value), answers);
    }

    [Fact]
    public void Extract_OfASuffix_ContinuesFromPerturbedActivations()
    {
        var model = ComponentFinderTests.ResidualNetwork().Load();
        var rows = TestRows.Normal(5 * 4, seed: 17);
        var expected = new GraphBuilder().Input("f", -1, 4).Output("y", -1, 2).Random("w4", 4, 4, 2)
            .Node("MatMul", "f w4", "y").Bytes();

        var suffix = GraphSurgery.Extract(model, "f", "y");

        Assert.Equal(4, suffix.Input.Width);
        Assert.Equal(8, suffix.Parameters);
        TestRows.AssertClose(TestRows.RunFile(expected, rows, 5, 4), TestRows.Run(suffix, rows));
    }

    [Fact]
    public void Extract_Backwards_IsRefused()
    {
        var model = ComponentFinderTests.ResidualNetwork().Load();

        Assert.Throws<ArgumentException>(() => GraphSurgery.Extract(model, "f", "h"));
        var exception = Assert.Throws<ArgumentException>(() => GraphSurgery.Extract(model, "c", "y"));
        Assert.Contains("'built' can't be cut at the tensor 'c'.", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WithProbes_AddsOutputsAndOpensInTheRuntime()
    {
        var model = ComponentFinderTests.ResidualNetwork().Load();

        var probed = Onnx.ModelProto.Parser.ParseFrom(GraphSurgery.WithProbes(model, ["h", "c", "y"]));

        Assert.Equal(["y", "h", "c"], probed.Graph.Output.Select(info => info.Name));
        Assert.Throws<ArgumentException>(() => GraphSurgery.WithProbes(model, ["nowhere"]));
    }

    [Fact]
    public void EditedModel_WrittenAndLoadedAgain_IsTheSameNetwork()
    {
        var model = Catalogue.Load("marabou/cnn_max_mninst2.onnx");
        var component = ComponentFinder.Find(model).Components[2];
        var edited = StandIns.Replace(
            model, component, StandIns.Affine(component.Dense!.Weights, component.Dense.Bias.Span));
        var rows = TestRows.Uniform(784 * 2, seed: 18);

        var again = NetworkModel.Load(edited.ToBytes(), "again");

        Assert.Equal(Batching.Free, again.Batching);
        Assert.Equal(TestRows.Run(edited, rows), TestRows.Run(again, rows));
    }
}
