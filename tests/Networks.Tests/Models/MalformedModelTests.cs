using System.Text;

namespace KoopmanMesh.Networks.Tests.Models;

/// <summary>Whatever the bytes are, loading ends in a network or in one of the two errors.</summary>
public sealed class MalformedModelTests
{
    [Theory]
    [InlineData("marabou/layer-zoo/gemm.onnx", 1)]
    [InlineData("marabou/layer-zoo/conv.onnx", 1)]
    [InlineData("marabou/fc_2-2-3.onnx", 3)]
    [InlineData("marabou/KJ_TinyTaxiNet.onnx", 41)]
    [InlineData("marabou/mnist2x10.onnx", 499)]
    public void File_CutShort_IsRefused(string file, int step)
    {
        var bytes = Catalogue.Read(file);

        for (var length = 0; length < bytes.Length; length += step)
        {
            Assert.False(Loads(bytes.AsMemory(0, length)), $"{length} of {bytes.Length} bytes loaded");
        }
    }

    [Fact]
    public void RandomBytes_AreRefused()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var bytes = new byte[random.Next(1, 400)];
            random.NextBytes(bytes);

            Assert.False(Loads(bytes), $"seed {seed} loaded");
        }
    }

    [Theory]
    [InlineData("marabou/layer-zoo/gemm.onnx")]
    [InlineData("marabou/layer-zoo/flatten.onnx")]
    [InlineData("marabou/layer-zoo/maxpool.onnx")]
    [InlineData("marabou/layer-zoo/unsqueeze.onnx")]
    [InlineData("marabou/fc_2-2-3.onnx")]
    [InlineData("marabou/slice_test.onnx")]
    public void MutatedBytes_LoadOrAreRefused(string file)
    {
        var original = Catalogue.Read(file);
        for (var seed = 0; seed < 150; seed++)
        {
            var random = new Random(seed);
            var bytes = original.ToArray();
            for (var i = random.Next(1, 4); i > 0; i--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            Loads(bytes);
        }
    }

    [Fact]
    public void NoBytes_SaySo() => AssertFormat([], "'m' is empty; an ONNX model was expected.");

    [Fact]
    public void Text_IsNotAModel() =>
        AssertFormat(Encoding.UTF8.GetBytes("import torch\nprint(1)\n"), "is not an ONNX model");

    [Fact]
    public void UnknownOperator_IsNamed() =>
        AssertUnsupported(new GraphBuilder().Input("x", -1, 2).Output("y", -1, 2).Node("Frobnicate", "x", "y"),
            "Frobnicate");

    [Fact]
    public void UnknownDomain_IsNamed()
    {
        var builder = new GraphBuilder().Input("x", -1, 2).Output("y", -1, 2).Node("Relu", "x", "y");
        builder.Graph.Node[0].Domain = "com.example";

        AssertUnsupported(builder, "com.example");
    }

    [Fact]
    public void FreeInnerDimension_IsNamed() => AssertUnsupported(
        new GraphBuilder().Input("x", -1, 3, -1).Output("y", -1).Node("Relu", "x", "y"),
        "The input 'x' of 'm' has shape [batch, 3, ?]; only the first dimension, the batch axis, may be free.");

    [Fact]
    public void SequenceInput_IsNamed()
    {
        var builder = new GraphBuilder().Input("x", -1, 2).Output("y", -1, 2).Node("Relu", "x", "y");
        builder.Graph.Input[0].Type = new Onnx.TypeProto { SequenceType = new Onnx.TypeProto.Types.Sequence() };

        AssertUnsupported(builder, "The input 'x' of 'm' is a sequence; dense tensors are supported.");
    }

    [Fact]
    public void IntegerOutput_IsNamed() => AssertUnsupported(
        new GraphBuilder().Input("x", -1, 2).Output("x2", -1, 2).Node("ArgMax", "x", "y", ("axis", 1)).Rename("y"),
        "The output 'y' of 'm' holds Int64; float32 is supported.");

    [Fact]
    public void ExternalWeights_AreNamed()
    {
        var builder = new GraphBuilder().Input("x", -1, 2).Output("y", -1, 2).Floats("w", [2], 1, 2)
            .Node("Add", "x w", "y");
        builder.Graph.Initializer[0].DataLocation = Onnx.TensorProto.Types.DataLocation.External;

        AssertUnsupported(builder, "'m' keeps the weights 'w' in another file");
    }

    [Fact]
    public void MissingTensor_IsNamed() => AssertFormat(
        new GraphBuilder().Input("x", -1, 2).Output("y", -1, 2).Node("Add", "x ghost", "y").Bytes(),
        "Node 'n0' (Add) of 'm' reads the tensor 'ghost', which nothing writes.");

    [Fact]
    public void Circle_IsNamed() => AssertFormat(
        new GraphBuilder().Input("x", -1, 2).Output("y", -1, 2).Node("Add", "x b", "a").Node("Add", "a x", "b")
            .Node("Relu", "b", "y").Bytes(),
        "wait for each other in a circle");

    [Fact]
    public void ShortConstant_IsNamed() => AssertFormat(
        new GraphBuilder().Input("x", -1, 2).Output("y", -1, 2).Floats("w", [3], 1, 2).Node("Add", "x w", "y").Bytes(),
        "Constant 'w' of 'm' has shape [3], which is 3 values, but holds 8 bytes of 4 each.");

    [Fact]
    public void HugeInput_IsRefusedBeforeItIsAllocated() => AssertUnsupported(
        new GraphBuilder().Input("x", 1, 1L << 30).Output("y", 1, 1L << 30).Node("Relu", "x", "y"), "134217728 values");

    [Fact]
    public void OutputShape_BeyondCounting_IsNamed() => AssertFormat(
        new GraphBuilder().Input("x", -1, 2).Output("y", 1, 1L << 40).Node("Relu", "x", "y").Bytes(),
        "The output 'y' of 'm' has the impossible shape [1, 1099511627776].");

    private static void AssertFormat(byte[] bytes, string message) => Assert.Contains(
        message, Assert.Throws<ModelFormatException>(() => NetworkModel.Load(bytes, "m")).Message,
            StringComparison.Ordinal);

    private static void AssertUnsupported(GraphBuilder builder, string message) => Assert.Contains(
        message, Assert.Throws<UnsupportedModelException>(() => NetworkModel.Load(builder.Bytes(), "m")).Message,
        StringComparison.Ordinal);

    private static bool Loads(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            NetworkModel.Load(bytes, "m");
            return true;
        }
        catch (Exception exception) when (exception is ModelFormatException or UnsupportedModelException)
        {
            Assert.EndsWith(".", exception.Message, StringComparison.Ordinal);
            return false;
        }
    }
}
