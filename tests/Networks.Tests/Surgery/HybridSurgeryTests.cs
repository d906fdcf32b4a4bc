using KoopmanMesh.Networks.Components;
using KoopmanMesh.Networks.Execution;
using KoopmanMesh.Networks.Surgery;
using KoopmanMesh.Networks.Tests.Components;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Observables;

namespace KoopmanMesh.Networks.Tests.Surgery;

public sealed class HybridSurgeryTests
{
    private static readonly HashSet<string> VerifierOperators =
        ["Gemm", "MatMul", "Add", "Relu", "Conv", "Flatten", "Reshape"];

    [Fact]
    public void Replace_InAChain_EqualsTheHandComputation()
    {
        var model = new GraphBuilder().Input("x", -1, 2).Output("y", -1, 1)
            .Floats("w", [2, 2], 1, 2, 3, 4).Floats("v", [2, 1], 1, -1)
            .Node("MatMul", "x w", "a").Node("Relu", "a", "h").Node("MatMul", "h v", "y").Load();

        var edited = HybridSurgery.Replace(
            model, "x", "h", StandIns.Affine(Matrix.FromRows([[1, 0], [2, 5]]), [10, 20]),
            new HybridOptions { Name = "dense_1" }, StandIns.Algebra);

        // x = (1, 2): h = (11, 32), y = -21. x = (-1, 3): h = (9, 33), y = -24.
        Assert.Equal([-21, -24], TestRows.Run(edited, [1, 2, -1, 3]));
        Assert.Equal(["x", "h", "y"], edited.Cuts.Select(cut => cut.Name));
        Assert.Equal(["Gemm", "MatMul"], edited.Operators);
        Assert.Equal("dense_1_Gemm", Onnx.ModelProto.Parser.ParseFrom(edited.ToBytes()).Graph.Node[0].Name);
        Assert.Equal(["MatMul", "Relu", "MatMul"], model.Operators);
    }

    [Theory]
    [InlineData("acasxu/ACASXU_run2a_1_1_batch_2000.onnx")]
    [InlineData("marabou/mnist5x20_leaky_relu.onnx")]
    [InlineData("marabou/conv_mp1.onnx")]
    [InlineData("marabou/fc_matMul.onnx")]
    [InlineData("marabou/self-attention-mnist-pgd-medium-sim.onnx")]
    [InlineData("marabou/layer-zoo/relu.onnx")]
    [InlineData("marabou/layer-zoo/transpose.onnx")]
    public void Replace_AnyComponent_HandsOnWhatTheStandInSays(string file)
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
            var constant = new Numerics.StandIns.StandIn(
                Dictionary.Identity(component.Input.Width), new Matrix(component.Input.Width, 0),
                new Matrix(component.Output.Width, 0), bias);

            var edited = StandIns.Replace(model, component, constant);

            var answers = TestRows.Run(edited, rows);
            Assert.All(Enumerable.Range(0, 3), row => TestRows.AssertClose(
                expected, answers.AsSpan(row * expected.Length, expected.Length)));
            Assert.Equal(model.OperatorSet, edited.OperatorSet);
            Assert.Equal(model.IrVersion, edited.IrVersion);
        }
    }

    [Fact]
    public void Replace_WithTheLayersOwnWeights_ChangesNothing()
    {
        var model = Catalogue.Load("marabou/robust_model_sigmoid_linear.onnx");
        var last = ComponentFinder.Find(model).Components[^1];
        var rows = TestRows.Uniform(784 * 4, seed: 14);

        var edited = StandIns.Replace(model, last, StandIns.Affine(last.Dense!.Weights, last.Dense.Bias.Span));

        TestRows.AssertClose(TestRows.Run(model, rows), TestRows.Run(edited, rows));
        Assert.Equal(model.Parameters, edited.Parameters);
    }

    [Fact]
    public void Replace_RowByRow_KeepsTheFixedShape()
    {
        var model = new GraphBuilder().Input("x", 1, 2).Output("y", 1, 2).Integers("axis", 1)
            .Node("CumSum", "x axis", "a").Node("Relu", "a", "y").Load();

        var edited = StandIns.Replace(
            model, ComponentFinder.Find(model, Granularity.Fine).Components[^1],
            StandIns.Affine(Matrix.FromRows([[0, 1], [1, 0]]), [0, 0]));

        Assert.Equal(Batching.RowByRow, edited.Batching);
        Assert.Equal([-3, -1, 7, 3], TestRows.Run(edited, [-1, -2, 3, 4]));
    }

    public static TheoryData<string, string> NetworksAndLifts()
    {
        var data = new TheoryData<string, string>();
        string[] files =
        [
            "marabou/mnist2x10.onnx", "marabou/mnist5x20_leaky_relu.onnx", "marabou/cnn_max_mninst2.onnx",
            "marabou/fc1.onnx", "acasxu/ACASXU_run2a_1_1_batch_2000.onnx",
        ];
        string[] lifts =
        [
            "identity", "affine", "affine+abs", "affine+relu", "affine+relu:30", "affine+rff:40", "affine+poly:2:300",
            "affine+hermite:3", "affine+rbf:9+tps:7", "delay:3", "affine+abs+relu+relu:7+poly:3:90",
        ];
        foreach (var (file, lift) in files.SelectMany(file => lifts.Select(lift => (file, lift))))
        {
            data.Add(file, lift);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(NetworksAndLifts))]
    public void Replace_EveryLift_RunsAsItIsEvaluated(string file, string lift)
    {
        var model = Catalogue.Load(file);
        var chain = ComponentFinder.Find(model);
        var component = chain.Components[chain.Components.Count / 2];
        var rows = TestRows.Uniform(model.Input.Width * 20, seed: 31);
        var x = Prefix(model, component, rows);
        var observables = Observables(lift, x);
        foreach (var rank in (int[])[1, Math.Min(observables.Count, component.Output.Width)])
        {
            var standIn = StandIns.Random(observables, component.Output.Width, rank, seed: 32);
            var expected = Suffix(model, component, standIn.Apply(x, StandIns.Algebra));

            var hybrid = StandIns.Replace(model, component, standIn);

            TestRows.AssertClose(expected, TestRows.Run(NetworkModel.Load(hybrid.ToBytes(), "again"), rows));
            Assert.Equal(standIn.IsFactored, rank < 2 && component.Output.Width > 1);
        }
    }

    [Theory]
    [InlineData("affine")]
    [InlineData("affine+abs")]
    [InlineData("affine+relu+abs+relu:9")]
    [InlineData("delay:2")]
    public void Replace_ForVerifiers_HasTheirOperatorsAndTheSameValues(string lift)
    {
        var model = Catalogue.Load("marabou/mnist2x10.onnx");
        var component = ComponentFinder.Find(model).Components[1];
        var rows = TestRows.Uniform(784 * 50, seed: 33);
        var x = Prefix(model, component, rows);
        var standIn = StandIns.Random(Observables(lift, x), component.Output.Width, 10, seed: 34);

        var hybrid = HybridSurgery.Replace(
            model, component.InputTensor, component.OutputTensor, standIn,
            new HybridOptions { Name = "dense_2", Profile = OperatorProfile.Verifier }, StandIns.Algebra);

        Assert.Subset(VerifierOperators, hybrid.Operators.ToHashSet());
        TestRows.AssertClose(
            Suffix(model, component, standIn.Apply(x, StandIns.Algebra)), TestRows.Run(hybrid, rows));
    }

    [Theory]
    [InlineData("rff:4", "Cos")]
    [InlineData("poly:2", "Gather and Mul")]
    [InlineData("hermite:2", "Mul and Sub")]
    [InlineData("rbf:5:2", "Mul and Exp")]
    [InlineData("tps:5:2", "Mul and Log")]
    public void Replace_ForVerifiers_RefusesOtherOperators(string lift, string operators)
    {
        var model = ComponentFinderTests.ResidualNetwork().Load();
        var standIn = StandIns.Random(Observables(lift, StandIns.Normal(3, 9, 1, seed: 35)), 4, 4, seed: 36);

        var exception = Assert.Throws<SurgeryException>(() => HybridSurgery.Replace(
            model, "x", "h", standIn, new HybridOptions { Profile = OperatorProfile.Verifier }, StandIns.Algebra));

        Assert.Equal(
            $"The observables '{lift}' need {operators}, which the verifier profile leaves out: it has Gemm, MatMul, "
            + "Add, Relu, Conv, Flatten and Reshape.", exception.Message);
    }

    [Fact]
    public void Replace_TwiceOver_KeepsBothAndNamesThemApart()
    {
        var model = Catalogue.Load("marabou/mnist5x20_leaky_relu.onnx");
        var components = ComponentFinder.Find(model).Components;
        var rows = TestRows.Uniform(784 * 5, seed: 37);
        var (first, third) = (StandInOf(components[1], seed: 38), StandInOf(components[3], seed: 41));

        var hybrid = StandIns.Replace(StandIns.Replace(model, components[1], first), components[3], third);

        var x = Prefix(model, components[1], rows);
        var between = Run(
            GraphSurgery.Extract(model, components[1].OutputTensor, components[3].InputTensor),
            first.Apply(x, StandIns.Algebra));
        TestRows.AssertClose(
            Suffix(model, components[3], third.Apply(between, StandIns.Algebra)), TestRows.Run(hybrid, rows));
        var names = Onnx.ModelProto.Parser.ParseFrom(hybrid.ToBytes()).Graph.Node.Select(node => node.Name).ToList();
        Assert.Contains($"{components[1].Name}_Gemm", names);
        Assert.Contains($"{components[3].Name}_Gemm", names);
    }

    [Fact]
    public void Replace_SameInput_SameBytes()
    {
        var model = Catalogue.Load("marabou/mnist2x10.onnx");
        var component = ComponentFinder.Find(model).Components[1];

        Assert.Equal(
            StandIns.Replace(model, component, StandInOf(component, seed: 44)).ToBytes(),
            StandIns.Replace(model, component, StandInOf(component, seed: 44)).ToBytes());
    }

    [Theory]
    [InlineData("nowhere", "f", "'built' has no tensor 'nowhere'; it can be cut at 'x', 'a', 'h', 'e', 'f', 'y'.")]
    [InlineData(
        "h", "c", "The tensor 'c' of 'built' is no single-entry single-exit cut; the nearest cuts are 'h' before it "
            + "and 'e' after it.")]
    [InlineData(
        "f", "h", "The region 'f' to 'h' of 'built' is empty: its first tensor must come before its last.")]
    [InlineData(
        "h", "h", "The region 'h' to 'h' of 'built' is empty: its first tensor must come before its last.")]
    [InlineData("x", "f", "The stand-in maps 4 values to 4, and 'x' to 'f' of 'built' maps 3 to 4.")]
    public void Replace_WhatCannotBe_SaysWhy(string from, string to, string message)
    {
        var model = ComponentFinderTests.ResidualNetwork().Load();
        var standIn = StandIns.Affine(Matrix.Identity(4), new double[4]);

        var exception = Assert.Throws<SurgeryException>(
            () => HybridSurgery.Replace(model, from, to, standIn, new HybridOptions(), StandIns.Algebra));

        Assert.Equal(message, exception.Message);
    }

    [Fact]
    public void Replace_NumbersBeyondFloat32_AreRefused()
    {
        var model = ComponentFinderTests.ResidualNetwork().Load();
        var standIn = StandIns.Affine(new Matrix(4, 3), [1e40, 0, 0, 0]);

        var exception = Assert.Throws<SurgeryException>(
            () => HybridSurgery.Replace(model, "x", "h", standIn, new HybridOptions(), StandIns.Algebra));

        Assert.Equal(
            "'stand_in' needs the constant 1E+40, and networks hold float32, at most 3.4e38.", exception.Message);
    }

    private static Numerics.StandIns.StandIn StandInOf(Component component, int seed) => StandIns.Random(
        Observables("affine+relu:12", StandIns.Normal(component.Input.Width, 9, 1, seed)), component.Output.Width,
        component.Output.Width, seed);

    private static Dictionary Observables(string lift, Matrix sample)
    {
        if (!lift.StartsWith("delay:", StringComparison.Ordinal))
        {
            return ObservablesSpec.Parse(lift).Build(sample, StandIns.Algebra);
        }

        var (n, layers) = (sample.Rows, int.Parse(lift[6..], null));
        var chain = new ReluChainFeature(
            [.. Enumerable.Range(0, layers).Select(k => StandIns.Normal(n, n, Math.Sqrt(2.0 / n), 50 + k))],
            [.. Enumerable.Range(0, layers).Select(k => StandIns.Normal(n, 1, 0.1, 60 + k).AsSpan().ToArray())]);
        return new Dictionary(n, new StateFeature(n), chain);
    }

    private static Matrix Prefix(NetworkModel model, Component component, float[] rows)
    {
        var count = rows.Length / model.Input.Width;
        if (component.InputTensor == model.Input.Name)
        {
            return Wide(rows, count);
        }

        return Wide(TestRows.Run(GraphSurgery.Extract(model, model.Input.Name, component.InputTensor), rows), count);
    }

    private static float[] Suffix(NetworkModel model, Component component, Matrix y)
    {
        float[] rows = [.. y.AsSpan().ToArray().Select(value => (float)value)];
        return component.OutputTensor == model.Output.Name
            ? rows
            : TestRows.Run(GraphSurgery.Extract(model, component.OutputTensor, model.Output.Name), rows);
    }

    private static Matrix Run(NetworkModel model, Matrix x) => Wide(
        TestRows.Run(model, [.. x.AsSpan().ToArray().Select(value => (float)value)]), x.Columns);

    private static Matrix Wide(float[] rows, int count) =>
        new(rows.Length / count, count, [.. rows.Select(value => (double)value)]);
}
