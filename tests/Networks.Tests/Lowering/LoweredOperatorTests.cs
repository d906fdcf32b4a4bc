using KoopmanMesh.Networks.Lowering;
using KoopmanMesh.Networks.Onnx;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Networks.Tests.Lowering;

/// <summary>Every operator on the list computes what ONNX Runtime does; every other one is named.</summary>
public sealed class LoweredOperatorTests
{
    private static readonly ILinearAlgebra La = LinearAlgebraProvider.Detect(null);

    [Fact]
    public void Convolution_WithGroupsStridesDilationsAndPadding() => AssertSame(Image(4, 7, 6)
        .Random("w", 1, 6, 2, 3, 2).Random("b", 2, 6)
        .Node("Conv", "x w b", "y", ("group", 2), ("strides", new long[] { 2, 1 }), ("dilations", new long[] { 1, 2 }),
            ("pads", new long[] { 1, 0, 2, 1 })));

    [Theory]
    [InlineData("SAME_UPPER")]
    [InlineData("SAME_LOWER")]
    [InlineData("VALID")]
    public void Convolution_PaddedByItself(string padding) => AssertSame(WithText(Image(2, 6, 5)
        .Random("w", 1, 3, 2, 2, 3)
        .Node("Conv", "x w", "y", ("strides", new long[] { 2, 2 })), "auto_pad", padding));

    [Fact]
    public void Convolution_InOneDimension() => AssertSame(Image(3, 9).Random("w", 1, 2, 3, 4).Random("b", 2, 2)
        .Node("Conv", "x w b", "y", ("pads", new long[] { 2, 1 })));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void AveragePool_WithPadding(int includesPadding) => AssertSame(Image(2, 5, 5)
        .Node("AveragePool", "x", "y", ("kernel_shape", new long[] { 3, 2 }), ("strides", new long[] { 2, 1 }),
            ("pads", new long[] { 1, 1, 1, 0 }), ("count_include_pad", includesPadding)));

    [Fact]
    public void GlobalAveragePool() => AssertSame(Image(3, 4, 5).Node("GlobalAveragePool", "x", "y"));

    [Fact]
    public void MaxPool_OfOverlappingWindowsAndPadding() => AssertSame(Image(2, 7, 5)
        .Node("MaxPool", "x", "y", ("kernel_shape", new long[] { 3, 3 }), ("strides", new long[] { 2, 2 }),
            ("pads", new long[] { 1, 1, 1, 1 })));

    [Fact]
    public void MaxPool_RoundedUp() => AssertSame(Image(1, 6, 6)
        .Node("MaxPool", "x", "y", ("kernel_shape", new long[] { 3, 3 }), ("strides", new long[] { 2, 2 }),
            ("ceil_mode", 1)));

    [Fact]
    public void BatchNormalization() => AssertSame(Image(3, 4, 2)
        .Random("g", 1, 3).Random("b", 2, 3).Random("m", 3, 3).Floats("v", [3], 0.5f, 2, 0.1f)
        .Node("BatchNormalization", "x g b m v", "y"));

    [Fact]
    public void Arithmetic_WithConstantsOnEitherSide() => AssertSame(Rows(6)
        .Random("a", 1, 6).Random("b", 2, 1).Floats("c", [1, 6], 1, 2, 4, -8, 0.5f, 3)
        .Node("Sub", "a x", "p").Node("Mul", "b p", "q").Node("Div", "q c", "r").Node("Neg", "r", "s")
        .Node("Sum", "s x a", "y"));

    [Fact]
    public void Branches_AddedAndSubtracted() => AssertSame(Rows(6)
        .Random("w", 1, 6, 6).Random("v", 2, 6, 6)
        .Node("MatMul", "x w", "p").Node("Relu", "p", "q").Node("MatMul", "x v", "r")
        .Node("Sub", "q r", "s").Node("Add", "s s", "t").Node("Add", "t x", "y"));

    [Fact]
    public void Kinks_OfEveryKind() => AssertSame(Rows(6)
        .Random("a", 1, 6).Floats("low", [], -0.5f).Floats("high", [], 0.7f).Random("m", 2, 6).Random("n", 3, 6)
        .Node("PRelu", "x a", "p").Node("Clip", "p low high", "q").Node("Abs", "x", "r").Node("LeakyRelu", "r", "s")
        .Node("Add", "q s", "t").Node("Max", "t m x", "u").Node("Min", "u n", "y"));

    [Fact]
    public void Moves_OfValuesAndConstants() => AssertSame(Image(2, 3, 4)
        .Random("k", 1, 1, 2, 3, 2).Integers("pads", 0, 0, 1, 0, 0, 0, 0, 2).Floats("fill", [], 5)
        .Integers("at", 2, 0).Integers("from", 1).Integers("to", 3).Integers("axis", 3)
        .Node("Concat", "x k", "p", ("axis", 3)).Node("Transpose", "p", "q", ("perm", new long[] { 0, 1, 3, 2 }))
        .Node("Pad", "q pads fill", "r").Node("Gather", "r at", "s", ("axis", 2))
        .Node("Slice", "s from to axis", "t").Node("Flatten", "t", "y"));

    [Fact]
    public void Gemm_WithFactorsAndTransposes() => AssertSame(Scaled(Rows(5)
        .Random("w", 1, 4, 5).Random("c", 2, 4).Node("Gemm", "x w c", "y", ("transB", 1)), 0.5f, -2));

    [Fact]
    public void Evaluate_OnBothAlgebras_Agrees()
    {
        var network = LoweredNetwork.Lower(Catalogue.Load("marabou/mnist2x10.onnx"));
        var rows = Wide(TestRows.Uniform(20 * 784, seed: 1), 20);

        var fast = network.Evaluate(rows, La, TestContext.Current.CancellationToken);
        var managed = network.Evaluate(rows, new ManagedLinearAlgebra(), TestContext.Current.CancellationToken);

        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(managed[i, 7], fast[i, 7], 1e-10);
        }
    }

    [Fact]
    public void OperatorOutsideTheList_IsNamedWithItsNode()
    {
        var model = Rows(4).Node("Relu", "x", "p").Node("Sigmoid", "p", "y").Output("y", -1, 4).Load();

        var exception = Assert.Throws<UnloweredOperatorException>(() => LoweredNetwork.Lower(model));

        Assert.Equal(("Sigmoid", "n1"), (exception.Operator, exception.Node));
        Assert.Equal(
            "The operator 'Sigmoid' (node 'n1') of 'built' is outside the list: Gemm, MatMul, Conv, Add, Sub, Mul, "
            + "Div, Neg, Sum, BatchNormalization, AveragePool, GlobalAveragePool, Relu, LeakyRelu, PRelu, Abs, Clip, "
            + "Max, Min, MaxPool, and what moves or copies values.", exception.Message);
    }

    [Theory]
    [InlineData("Mul", "x p", "multiplies or divides two tensors that both depend on the input")]
    [InlineData("Div", "c x", "divides by data")]
    [InlineData("Div", "x zero", "divides by zero")]
    public void Arithmetic_ThatIsNotAffine_IsRefused(string op, string inputs, string reason)
    {
        var model = Rows(4).Floats("c", [1], 2).Floats("zero", [1], 0).Node("Relu", "x", "p")
            .Node(op, inputs, "q").Node("Add", "q p", "y").Output("y", -1, 4).Load();

        var exception = Assert.Throws<UnloweredOperatorException>(() => LoweredNetwork.Lower(model));

        Assert.Equal($"The operator '{op}' (node 'n1') of 'built' {reason}.", exception.Message);
    }

    [Theory]
    [InlineData("AveragePool")]
    [InlineData("MaxPool")]
    public void AKernel_FarBeyondItsInput_IsRefused_BeforeItIsWrittenOut(string op)
    {
        var model = Image(1, 4, 4)
            .Node(op, "x", "y", ("kernel_shape", new long[] { 6000, 6000 }), ("strides", new long[] { 6000, 6000 }),
                ("pads", new long[] { 3000, 3000, 3000, 3000 }))
            .Output("y", -1, 1, 1, 1).Load();

        var exception = Assert.Throws<UnloweredOperatorException>(() => LoweredNetwork.Lower(model));

        Assert.Equal(
            $"The operator '{op}' (node 'n0') of 'built' takes the network beyond 33554432 coefficients that are "
            + "written out.", exception.Message);
    }

    [Fact]
    public void Rows_OfAnotherWidth_AreRefused()
    {
        var network = LoweredNetwork.Lower(Rows(4).Node("Relu", "x", "y").Output("y", -1, 4).Load());

        var exception = Assert.Throws<ArgumentException>(() =>
            network.Evaluate(new Matrix(3, 2), La, TestContext.Current.CancellationToken));

        Assert.StartsWith(
            "a row of 'built' has 4 values, got columns of 3", exception.Message, StringComparison.Ordinal);
    }

    private static GraphBuilder Rows(long width) => new GraphBuilder().Input("x", -1, width);

    private static GraphBuilder Image(params long[] shape) => new GraphBuilder().Input("x", [-1, .. shape]);

    private static GraphBuilder WithText(GraphBuilder graph, string name, string value)
    {
        graph.Graph.Node[^1].Attribute.Add(new AttributeProto
        {
            Name = name,
            Type = AttributeProto.Types.AttributeType.String,
            S = Google.Protobuf.ByteString.CopyFromUtf8(value),
        });
        return graph;
    }

    private static GraphBuilder Scaled(GraphBuilder graph, float alpha, float beta)
    {
        graph.Graph.Node[^1].Attribute.Add(Number("alpha", alpha));
        graph.Graph.Node[^1].Attribute.Add(Number("beta", beta));
        return graph;
    }

    private static AttributeProto Number(string name, float value) =>
        new() { Name = name, Type = AttributeProto.Types.AttributeType.Float, F = value };

    private static void AssertSame(GraphBuilder graph)
    {
        var model = graph.Rename("y").Load();
        var network = LoweredNetwork.Lower(model);
        var rows = TestRows.Normal(8 * model.Input.Width, seed: 13);

        var actual = network.Evaluate(Wide(rows, 8), La, TestContext.Current.CancellationToken);

        TestRows.AssertClose(
            TestRows.Run(model, rows), [.. actual.AsSpan().ToArray().Select(value => (float)value)]);
    }

    private static Matrix Wide(float[] rows, int count) =>
        new(rows.Length / count, count, [.. rows.Select(value => (double)value)]);
}
