using Google.Protobuf;

namespace KoopmanMesh.Networks.Tests.Models;

public sealed class RepairTests
{
    [Fact]
    public void Nodes_OutOfOrder_AreSorted()
    {
        var builder = new GraphBuilder().Input("x", -1, 2).Output("y", -1, 2)
            .Node("Relu", "a", "y").Node("Neg", "x", "a");

        var model = builder.Load();

        Assert.Equal(["Neg", "Relu"], model.Operators);
        Assert.Equal("The nodes were not in execution order; they were sorted.", Assert.Single(model.Repairs));
        Assert.Equal([1, 0], TestRows.Run(model, [-1, 2]));
    }

    [Theory]
    [InlineData("add")]
    [InlineData("batchnorm")]
    [InlineData("gemm")]
    [InlineData("reshape")]
    public void LayerZoo_ConstantAfterItsUser_IsSortedAndLifted(string name)
    {
        var model = Catalogue.Load($"marabou/layer-zoo/{name}.onnx");

        Assert.Contains("The nodes were not in execution order; they were sorted.", model.Repairs);
        Assert.DoesNotContain("Constant", model.Operators);
    }

    [Fact]
    public void Nodes_WithoutNames_AreNamed()
    {
        var builder = new GraphBuilder().Input("x", -1, 2).Output("y", -1, 2).Node("Neg", "x", "a")
            .Node("Relu", "a", "y");
        builder.Graph.Node[0].Name = "";

        var model = builder.Load();

        Assert.Equal("1 of 2 nodes had no name, now named by operator and position.", Assert.Single(model.Repairs));
    }

    [Fact]
    public void Constants_ListedAsInputsInAnOldFile_AreUnlisted()
    {
        var builder = new GraphBuilder(operatorSet: 8).Input("x", -1, 2).Input("c", 2).Output("y", -1, 2)
            .Floats("c", [2], 1, 2).Node("Add", "x c", "y");
        builder.Model.IrVersion = 3;

        var model = builder.Load();

        Assert.Equal(4, model.IrVersion);
        Assert.Equal(8, model.OperatorSet);
        Assert.Equal(2, model.Repairs.Count);
        Assert.Equal([2, 4], TestRows.Run(model, [1, 2]));
    }

    [Fact]
    public void ExtraOutput_WithoutAType_IsDropped()
    {
        var builder = new GraphBuilder().Input("x", -1, 2).Output("y", -1, 2).Node("Neg", "x", "a")
            .Node("Relu", "a", "y");
        builder.Graph.Output.Add(new Onnx.ValueInfoProto { Name = "a" });

        var model = builder.Load();

        Assert.Equal("The extra output 'a' has no type or no source and was dropped.", Assert.Single(model.Repairs));
    }

    [Fact]
    public void DeadNodes_AreDropped()
    {
        var builder = new GraphBuilder().Input("x", -1, 2).Output("y", -1, 2).Node("Neg", "x", "a")
            .Node("Relu", "x", "y");

        Assert.Equal("Dropped, since the output 'y' does not need it: 1 node.", Assert.Single(builder.Load().Repairs));
    }

    [Fact]
    public void UnknownFields_SurviveLoadingAndWriting()
    {
        // Field 100 of a model, three bytes long, from a version that nobody has written yet.
        byte[] unknown = [0xA2, 0x06, 0x03, 1, 2, 3];
        byte[] file = [.. new GraphBuilder().Input("x", -1, 2).Output("y", -1, 2).Node("Relu", "x", "y").Bytes(),
            .. unknown];

        var written = NetworkModel.Load(file, "built").ToBytes();

        Assert.Equal(unknown, written[^unknown.Length..]);
        Assert.Equal(file, Onnx.ModelProto.Parser.ParseFrom(file).ToByteArray());
    }
}
