using KoopmanMesh.Networks.Components;
using KoopmanMesh.Networks.Execution;

namespace KoopmanMesh.Networks.Tests.Components;

public sealed class ComponentFinderTests
{
    [Fact]
    public void Mnist5x20_ByDefault_IsSevenNamedLayers()
    {
        var chain = ComponentFinder.Find(Catalogue.Load("marabou/mnist5x20_leaky_relu.onnx"));

        Assert.Equal(Enumerable.Range(1, 7).Select(i => $"dense_{i}"), chain.Components
            .Select(component => component.Name));
        Assert.Equal(["Reshape", "Gemm", "LeakyRelu"], chain.Components[0].Operators);
        Assert.Equal([784, 20, 20, 20, 20, 20, 20, 10], chain.Boundaries.Select(layout => layout.Width));
        Assert.Equal(18010, chain.Components.Sum(component => component.Parameters));
        Assert.Empty(chain.Notes);
    }

    [Fact]
    public void Boundaries_OfNeighbours_AreTheSameTensor()
    {
        foreach (var granularity in Enum.GetValues<Granularity>())
        {
            var model = Catalogue.Load("marabou/self-attention-mnist-pgd-medium-sim.onnx");

            var chain = ComponentFinder.Find(model, granularity);

            Assert.Equal(model.Input.Name, chain.Components[0].InputTensor);
            Assert.Equal(model.Output.Name, chain.Components[^1].OutputTensor);
            Assert.All(
                chain.Components.Zip(chain.Components.Skip(1)), pair =>
                    Assert.Same(pair.First.Output, pair.Second.Input));
            Assert.Equal(chain.Components.Count, chain.Components.Select(component => component.Name)
                .Distinct().Count());
        }
    }

    [Fact]
    public void AttentionNetwork_ByDefault_KeepsItsHeadsTogether()
    {
        var chain = ComponentFinder.Find(Catalogue.Load("marabou/self-attention-mnist-pgd-medium-sim.onnx"));

        Assert.Equal(
            [ComponentKind.Dense, ComponentKind.Attention, ComponentKind.Dense],
            chain.Components.Select(component => component.Kind));
        Assert.Equal(144, chain.Components[1].Input.Width);
        Assert.Equal(144, chain.Components[1].Output.Width);
    }

    [Fact]
    public void ResidualBlock_WithLeadingAndTrailingOperators_IsOneComponent()
    {
        var chain = ComponentFinder.Find(ResidualNetwork().Load());

        Assert.Equal(["dense_1", "residual_1", "dense_2"], chain.Components.Select(component => component.Name));
        Assert.Equal([false, true, false], chain.Components.Select(component => component.IsResidual));
        Assert.Equal(["MatMul", "Relu", "MatMul", "Add", "Relu"], chain.Components[1].Operators);
        Assert.Null(chain.Components[1].Dense);
    }

    [Fact]
    public void TransformerBlock_ByDefault_IsAttentionThenResidual()
    {
        var builder = new GraphBuilder().Input("x", -1, 4, 6).Output("y", -1, 4, 6)
            .Random("wq", 1, 6, 6).Random("wk", 2, 6, 6).Random("wv", 3, 6, 6).Random("wo", 4, 6, 6)
            .Random("g", 5, 6).Random("w1", 6, 6, 12).Random("w2", 7, 12, 6)
            .Node("LayerNormalization", "x g", "n").Node("MatMul", "n wq", "q").Node("MatMul", "n wk", "k")
            .Node("MatMul", "n wv", "v").Node("Transpose", "k", "kt", ("perm", new long[] { 0, 2, 1 }))
            .Node("MatMul", "q kt", "s").Node("Softmax", "s", "p", ("axis", -1)).Node("MatMul", "p v", "c")
            .Node("MatMul", "c wo", "o").Node("Add", "x o", "h")
            .Node("LayerNormalization", "h g", "n2").Node("MatMul", "n2 w1", "u").Node("Relu", "u", "r")
            .Node("MatMul", "r w2", "d").Node("Add", "h d", "y");
        var model = builder.Load();

        var chain = ComponentFinder.Find(model);

        Assert.Equal(["attention_1", "residual_1"], chain.Components.Select(component => component.Name));
        Assert.All(chain.Components, component => Assert.True(component.IsResidual));
        using var network = new ProbedNetwork(chain, threads: 1);
        var rows = TestRows.Normal(3 * 24, seed: 9);
        Assert.All(
            network.Replay(rows, 3, TestContext.Current.CancellationToken),
            replay => Assert.InRange(replay.Difference.MaximumRelative, 0, 1e-6));
    }

    [Fact]
    public void GatedActivation_WithItsOwnBranch_FoldsIntoItsLayer()
    {
        // SiLU as exporters write it: z * sigmoid(z).
        var builder = new GraphBuilder().Input("x", -1, 2).Output("y", -1, 2).Random("w", 1, 2, 2).Random("v", 2, 2, 2)
            .Node("MatMul", "x w", "z").Node("Sigmoid", "z", "s").Node("Mul", "z s", "a").Node("MatMul", "a v", "y");

        var chain = ComponentFinder.Find(builder.Load());

        Assert.Equal(["dense_1", "dense_2"], chain.Components.Select(component => component.Name));
        Assert.Null(chain.Components[0].Dense);
        Assert.NotNull(chain.Components[1].Dense);
    }

    [Fact]
    public void Granularity_FineAndCoarse_SplitAndMerge()
    {
        var model = Catalogue.Load("marabou/cnn_max_mninst2.onnx");

        string[] Names(Granularity granularity) =>
            [.. ComponentFinder.Find(model, granularity).Components.Select(component => component.Name)];

        Assert.Equal(["conv_1", "conv_2", "dense_1", "dense_2"], Names(Granularity.Default));
        Assert.Equal(
            ["conv_1", "activation_1", "conv_2", "activation_2", "pool_1", "dense_1", "activation_3", "dense_2"],
            Names(Granularity.Fine));
        Assert.Equal(["conv_1", "dense_1"], Names(Granularity.Coarse));
    }

    [Fact]
    public void Branches_ThatOnlyMeetAtTheEnd_AreOneComponentWithANote()
    {
        var builder = new GraphBuilder().Input("x", -1, 2).Output("y", -1, 4).Random("a", 1, 2, 2).Random("b", 2, 2, 2)
            .Node("MatMul", "x a", "p").Node("MatMul", "x b", "q").Node("Concat", "p q", "y", ("axis", 1));

        var chain = ComponentFinder.Find(builder.Load());

        Assert.Equal("block_1", Assert.Single(chain.Components).Name);
        Assert.Contains("No single tensor separates", Assert.Single(chain.Notes), StringComparison.Ordinal);
    }

    /// <summary>x → relu(W1 x) → relu(h + W3 relu(W2 h)) → W4 h.</summary>
    internal static GraphBuilder ResidualNetwork() => new GraphBuilder().Input("x", -1, 3).Output("y", -1, 2)
        .Random("w1", 1, 3, 4).Random("w2", 2, 4, 5).Random("w3", 3, 5, 4).Random("w4", 4, 4, 2)
        .Node("MatMul", "x w1", "a").Node("Relu", "a", "h")
        .Node("MatMul", "h w2", "b").Node("Relu", "b", "c").Node("MatMul", "c w3", "d").Node("Add", "h d", "e")
        .Node("Relu", "e", "f").Node("MatMul", "f w4", "y");
}
