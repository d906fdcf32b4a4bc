using KoopmanMesh.Networks.Components;
using KoopmanMesh.Networks.Surgery;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Observables;

namespace KoopmanMesh.Networks.Tests.Surgery;

public sealed class DifferenceNetworkTests : IDisposable
{
    private static readonly Dictionary<string, string> NoMetadata = [];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("koopmesh-difference-");

    [Theory]
    [InlineData(OperatorProfile.Any, "Sub")]
    [InlineData(OperatorProfile.Verifier, "MatMul", "Add")]
    public void Of_ByHand_IsTheDifference(OperatorProfile profile, params string[] last)
    {
        var model = Chain();
        var hybrid = HybridSurgery.Replace(
            model, "h", "y", StandIns.Affine(Matrix.FromRows([[2, 0]]), [1]), new HybridOptions(), StandIns.Algebra);

        var difference = DifferenceNetwork.Of(model, hybrid, profile);

        // x = (1, 2): h = (7, 10), y = -3, hybrid 15. x = (-1, 3): h = (8, 10), y = -2, hybrid 17.
        Assert.Equal([-18, -19], TestRows.Run(difference, [1, 2, -1, 3]));
        string[] expected = ["MatMul", "Relu", "MatMul", "Gemm", .. last];
        Assert.Equal(expected, difference.Operators);
        Assert.Equal("difference", difference.Output.Name);
        Assert.Equal(["MatMul", "Relu", "MatMul"], model.Operators);
    }

    [Theory]
    [InlineData("marabou/mnist2x10.onnx")]
    [InlineData("marabou/mnist5x20_leaky_relu.onnx")]
    [InlineData("marabou/cnn_max_mninst2.onnx")]
    [InlineData("marabou/fc1.onnx")]
    [InlineData("marabou/self-attention-mnist-pgd-medium-sim.onnx")]
    [InlineData("acasxu/ACASXU_run2a_1_1_batch_2000.onnx")]
    public void Of_FilesOfRealNetworks_IsTheDifferenceAndSharesThePrefix(string file)
    {
        var original = Catalogue.Load(file);
        var component = Middle(original);
        var edited = StandIns.Replace(original, component, Random(component, seed: 71));
        var hybrid = NetworkModel.Load(HybridFile.ToBytes(edited, NoMetadata), "hybrid");
        var rows = TestRows.Uniform(original.Input.Width * 5, seed: 72);
        var (f, h) = (TestRows.Run(original, rows), TestRows.Run(hybrid, rows));
        var scale = f.Concat(h).Max(Math.Abs);
        foreach (var profile in (OperatorProfile[])[OperatorProfile.Any, OperatorProfile.Verifier])
        {
            var bytes = HybridFile.ToBytes(DifferenceNetwork.Of(original, hybrid, profile), NoMetadata);
            var difference = NetworkModel.Load(bytes, "difference");

            Assert.All(
                f.Zip(h, TestRows.Run(difference, rows)),
                row => Assert.Equal((double)row.First - row.Second, row.Third, 1e-6 * scale));
            var shared = Index(original, component.InputTensor);
            Assert.True(difference.Operators.Count - original.Operators.Count <= hybrid.Operators.Count - shared + 4);
        }
    }

    [Fact]
    public void Of_ANetworkAndItself_IsZeroAndHoldsItOnce()
    {
        var model = Catalogue.Load("marabou/cnn_max_mninst2.onnx");

        var difference = DifferenceNetwork.Of(model, model, OperatorProfile.Any);

        Assert.Equal([.. model.Operators, "Sub"], difference.Operators);
        Assert.All(TestRows.Run(difference, TestRows.Uniform(784, seed: 73)), value => Assert.Equal(0, value));
    }

    [Fact]
    public void Of_ForVerifiers_PassesTheCheckerAndRunsElsewhere()
    {
        var original = Catalogue.Load("marabou/mnist2x10.onnx");
        var component = Middle(original);
        var hybrid = StandIns.Replace(original, component, Random(component, seed: 74));
        var path = Path.Combine(_folder.FullName, "difference.onnx");
        var difference = DifferenceNetwork.Of(original, hybrid, OperatorProfile.Verifier);
        File.WriteAllBytes(path, HybridFile.ToBytes(difference, NoMetadata));
        var rows = TestRows.Uniform(784 * 3, seed: 75);

        Assert.Equal(difference.Operators, Peers.Check(path)[0].GetProperty("operators").EnumerateArray()
            .Select(value => value.GetString()!));
        TestRows.AssertClose(TestRows.Run(difference, rows), Peers.Run(path, rows, 784));
    }

    [Fact]
    public void Of_NetworksThatDontMatch_SaysWhy()
    {
        var model = Chain();
        var wider = new GraphBuilder().Input("x", -1, 3).Output("y", -1, 3).Node("Relu", "x", "y").Load();
        var other = new GraphBuilder().Input("x", -1, 2).Output("y", -1, 2).Node("Relu", "x", "y").Load();
        var older = new GraphBuilder(13).Input("x", -1, 2).Output("y", -1, 2).Node("Relu", "x", "y").Load();

        Assert.Equal(
            "'built' takes rows of 1 x 2 and 'built' rows of 1 x 3; a difference needs the same.",
            Refused(model, wider));
        Assert.Equal("'built' has 1 outputs and 'built' 2; a difference needs as many.", Refused(model, other));
        Assert.Equal(
            "'built' is of ONNX operator set 17 and 'built' of 13; one network has one.", Refused(other, older));
    }

    [Fact]
    public void Of_TooManyOutputsForVerifiers_SaysHowManyThereMayBe()
    {
        var wide = new GraphBuilder().Input("x", -1, 4097).Output("y", -1, 4097).Node("Relu", "x", "y").Load();

        var exception = Assert.Throws<SurgeryException>(
            () => DifferenceNetwork.Of(wide, wide, OperatorProfile.Verifier));

        Assert.Equal(
            "'built' has 4097 outputs; without Sub the difference of at most 4096 can be written.", exception.Message);
        Assert.Equal(["Relu", "Sub"], DifferenceNetwork.Of(wide, wide, OperatorProfile.Any).Operators);
    }

    [Fact]
    public void ForOneRow_OfADifference_TakesOneRowAndNoMore()
    {
        var model = Chain();

        var closed = GraphSurgery.ForOneRow(DifferenceNetwork.Of(model, model, OperatorProfile.Verifier));

        var graph = Onnx.ModelProto.Parser.ParseFrom(HybridFile.ToBytes(closed, NoMetadata)).Graph;
        Assert.Equal([1, 2], graph.Input[0].Type.TensorType.Shape.Dim.Select(dim => dim.DimValue));
        Assert.Equal([1, 1], graph.Output[0].Type.TensorType.Shape.Dim.Select(dim => dim.DimValue));
        Assert.Equal([0, 0], TestRows.Run(closed, [1, 2, -1, 3]));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static string Refused(NetworkModel original, NetworkModel hybrid) =>
        Assert.Throws<SurgeryException>(() => DifferenceNetwork.Of(original, hybrid, OperatorProfile.Any)).Message;

    private static NetworkModel Chain() => new GraphBuilder().Input("x", -1, 2).Output("y", -1, 1)
        .Floats("w", [2, 2], 1, 2, 3, 4).Floats("v", [2, 1], 1, -1)
        .Node("MatMul", "x w", "a").Node("Relu", "a", "h").Node("MatMul", "h v", "y").Load();

    private static Component Middle(NetworkModel model)
    {
        var components = ComponentFinder.Find(model).Components;
        return components[components.Count / 2];
    }

    private static Numerics.StandIns.StandIn Random(Component component, int seed) => StandIns.Random(
        ObservablesSpec.Parse("affine+relu:9").Build(
            StandIns.Normal(component.Input.Width, 9, 1, seed), StandIns.Algebra),
        component.Output.Width, 5, seed);

    // Nodes up to the one that writes a tensor.
    private static int Index(NetworkModel model, string tensor) =>
        model.Index.Graph.Node.TakeWhile(node => !node.Output.Contains(tensor)).Count() + 1;
}
