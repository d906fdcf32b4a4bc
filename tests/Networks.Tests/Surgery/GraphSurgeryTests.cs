using KoopmanMesh.Networks.Components;
using KoopmanMesh.Networks.Execution;
using KoopmanMesh.Networks.Surgery;
using KoopmanMesh.Networks.Tests.Components;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Networks.Tests.Surgery;

public sealed class GraphSurgeryTests
{
    [Fact]
    public void ReplaceWithAffine_InAChain_EqualsTheHandComputation()
    {
        var model = new GraphBuilder().Input("x", -1, 2).Output("y", -1, 1)
            .Floats("w", [2, 2], 1, 2, 3, 4).Floats("v", [2, 1], 1, -1)
            .Node("MatMul", "x w", "a").Node("Relu", "a", "h").Node("MatMul", "h v", "y").Load();
        var first = ComponentFinder.Find(model).Components[0];

        var edited = GraphSurgery.ReplaceWithAffine(model, first, Matrix.FromRows([[1, 0], [2, 5]]), [10, 20]);

        // x = (1, 2): h = (11, 32), y = -21. x = (-1, 3): h = (9, 33), y = -24.
        Assert.Equal([-21, -24], TestRows.Run(edited, [1, 2, -1, 3]));
        Assert.Equal(["x", "h", "y"], edited.Cuts.Select(cut => cut.Name));
        Assert.Equal(["MatMul", "Add", "MatMul"], edited.Operators);
    }

    [Theory]
    [InlineData("acasxu/ACASXU_run2a_1_1_batch_2000.onnx")]
    [InlineData("marabou/mnist5x20_leaky_relu.onnx")]
    [InlineData("marabou/conv_mp1.onnx")]
    [InlineData("marabou/fc_matMul.onnx")]
    [InlineData("marabou/self-attention-mnist-pgd-medium-sim.onnx")]
    [InlineData("marabou/layer-zoo/relu.onnx")]
    [InlineData("marabou/layer-zoo/transpose.onnx")]
    public void ReplaceWithAffine_AnyComponent_HandsOnWhatTheMatrixSays(string file)
    {
        var model = Catalogue.Load(file);
        var rows = TestRows.Uniform(model.Input.Width * 3, seed: 13);
        foreach (var component in ComponentFinder.Find(model).Components)
        {
            // W = 0 and b = the captured output of row 0: the rest of the network must answer as it did for that row.
            using var session = new NetworkSession(model,
                new NetworkSessionOptions { Probes = [component.OutputTensor] });
            var batch = session.Run(rows, 3, TestContext.Current.CancellationToken);
            double[] bias = [.. batch[component.OutputTensor][..component.Output.Width].ToArray()];
            var expected = batch.Output[..model.Output.Width].ToArray();

            var edited = GraphSurgery.ReplaceWithAffine(
                model, component, new Matrix(component.Output.Width, component.Input.Width), bias);

            var answers = TestRows.Run(edited, rows);
            Assert.All(Enumerable.Range(0, 3), row => TestRows.AssertClose(
                expected, answers.AsSpan(row * expected.Length, expected.Length)));
            Assert.Equal(model.OperatorSet, edited.OperatorSet);
            Assert.Equal(model.IrVersion, edited.IrVersion);
        }
    }

    [Fact]
    public void ReplaceWithAffine_WithTheLayersOwnWeights_ChangesNothing()
    {
        var model = Catalogue.Load("marabou/robust_model_sigmoid_linear.onnx");
        var last = ComponentFinder.Find(model).Components[^1];
        var rows = TestRows.Uniform(784 * 4, seed: 14);

        var edited = GraphSurgery.ReplaceWithAffine(model, last, last.Dense!.Weights, last.Dense.Bias.Span);

        TestRows.AssertClose(TestRows.Run(model, rows), TestRows.Run(edited, rows));
        Assert.Equal(model.Parameters, edited.Parameters);
    }

    [Fact]
    public void ReplaceWithAffine_RowByRow_KeepsTheFixedShape()
    {
        var model = new GraphBuilder().Input("x", 1, 2).Output("y", 1, 2).Integers("axis", 1)
            .Node("CumSum", "x axis", "a").Node("Relu", "a", "y").Load();

        var edited = GraphSurgery.ReplaceWithAffine(
            model, ComponentFinder.Find(model, Granularity.Fine).Components[^1], Matrix.FromRows([[0, 1], [1, 0]]),
                [0, 0]);

        Assert.Equal(Batching.RowByRow, edited.Batching);
        Assert.Equal([-3, -1, 7, 3], TestRows.Run(edited, [-1, -2, 3, 4]));
    }

    [Fact]
    public void ReplaceWithAffine_WrongShape_SaysBoth()
    {
        var model = ComponentFinderTests.ResidualNetwork().Load();
        var component = ComponentFinder.Find(model).Components[0];

        var exception = Assert.Throws<ArgumentException>(
            () => GraphSurgery.ReplaceWithAffine(model, component, new Matrix(4, 4), new double[4]));

        Assert.Contains("'dense_1' maps 3 values to 4; got weights 4 x 4 and a bias of 4.", exception.Message,
            StringComparison.Ordinal);
    }

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
        var edited = GraphSurgery.ReplaceWithAffine(
            model, component, component.Dense!.Weights, component.Dense.Bias.Span);
        var rows = TestRows.Uniform(784 * 2, seed: 18);

        var again = NetworkModel.Load(edited.ToBytes(), "again");

        Assert.Equal(Batching.Free, again.Batching);
        Assert.Equal(TestRows.Run(edited, rows), TestRows.Run(again, rows));
    }
}
