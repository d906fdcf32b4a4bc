using System.Text.Json;
using KoopmanMesh.Networks.Components;
using KoopmanMesh.Networks.Surgery;
using KoopmanMesh.Numerics.Observables;

namespace KoopmanMesh.Networks.Tests.Surgery;

public sealed class HybridFileTests : IDisposable
{
    private static readonly Dictionary<string, string> Metadata = new() { ["method"] = "affine", ["rank"] = "10" };

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("koopmesh-hybrid-");

    [Fact]
    public void ToBytes_HybridsOfRealNetworks_PassTheChecker()
    {
        string[] lifts =
        [
            "identity", "affine+abs", "affine+relu:9", "affine+rff:9", "affine+poly:2:20", "affine+hermite:3",
        ];
        var models = new List<NetworkModel>();
        var files = new List<string>();
        foreach (var model in Catalogue.Files().Select(Loaded).OfType<NetworkModel>())
        {
            // Later ones are newer than this checker knows.
            if (model.OperatorSet > 17)
            {
                continue;
            }

            var lift = lifts[models.Count % lifts.Length];
            models.Add(Hybrid(model, lift));
            files.Add(Path.Combine(_folder.FullName, $"{files.Count}.onnx"));
            File.WriteAllBytes(files[^1], HybridFile.ToBytes(models[^1], Metadata));
        }

        Assert.SkipWhen(models.Count == 0, "the real networks (../shared/data/onnx-nets) are not on this machine");

        var seen = Peers.Check(files).EnumerateArray().ToList();

        foreach (var (model, answer) in models.Zip(seen))
        {
            Assert.Equal(model.OperatorSet, answer.GetProperty("opset").GetInt64());
            Assert.Equal(model.IrVersion, answer.GetProperty("ir").GetInt64());
            Assert.Equal(model.Operators, Strings(answer, "operators"));
            Assert.Equal("affine", answer.GetProperty("metadata").GetProperty("koopmanmesh.method").GetString());
            Assert.Empty(Strings(answer, "untyped"));
        }
    }

    [Fact]
    public void ToBytes_Metadata_KeepsOthersAndReplacesOurs()
    {
        var builder = new GraphBuilder().Input("x", -1, 2).Output("y", -1, 2).Node("Relu", "x", "y");
        builder.Model.MetadataProps.Add(new Onnx.StringStringEntryProto { Key = "author", Value = "someone" });
        builder.Model.MetadataProps.Add(new Onnx.StringStringEntryProto { Key = "koopmanmesh.bound", Value = "old" });

        var file = HybridFile.ToBytes(builder.Load(), Metadata);

        Assert.Equal(
            [("author", "someone"), ("koopmanmesh.method", "affine"), ("koopmanmesh.rank", "10")],
            Onnx.ModelProto.Parser.ParseFrom(file).MetadataProps.Select(entry => (entry.Key, entry.Value)));
        Assert.Equal(Metadata, HybridFile.Metadata(NetworkModel.Load(file, "again")));
    }

    [Fact]
    public void ToBytes_InAnotherRuntime_GivesTheSameOutputs()
    {
        var model = Hybrid(Catalogue.Load("marabou/mnist2x10.onnx"), "affine+relu:30");
        var path = Path.Combine(_folder.FullName, "hybrid.onnx");
        File.WriteAllBytes(path, HybridFile.ToBytes(model, Metadata));
        var rows = TestRows.Uniform(784 * 4, seed: 51);

        TestRows.AssertClose(TestRows.Run(model, rows), Peers.Run(path, rows, 784));
    }

    [Fact]
    public void Write_BeyondTheLimit_PutsConstantsIntoAFileOfTheirOwn()
    {
        var model = Hybrid(Catalogue.Load("marabou/mnist2x10.onnx"), "affine+relu:30");
        var rows = TestRows.Uniform(784 * 3, seed: 52);
        var path = Path.Combine(_folder.FullName, "large.onnx");

        var written = HybridFile.Write(model, Metadata, path, largest: 20_000);

        Assert.Equal([path, $"{path}.data"], written);
        Assert.InRange(new FileInfo(path).Length, 1, 20_000);
        Assert.Equal(written.Order(), Directory.EnumerateFiles(_folder.FullName).Order());
        TestRows.AssertClose(TestRows.Run(model, rows), Peers.Run(path, rows, 784));
        var checkedFile = Peers.Check(path)[0];
        Assert.Equal(model.Operators, Strings(checkedFile, "operators"));
        Assert.Equal(model.Parameters, checkedFile.GetProperty("parameters").GetInt64());
        Assert.All(
            Onnx.ModelProto.Parser.ParseFrom(File.ReadAllBytes(path)).Graph.Initializer
                .SelectMany(tensor => tensor.ExternalData).Where(entry => entry.Key == "offset"),
            entry => Assert.Equal(0, long.Parse(entry.Value, null) % 4096));
    }

    [Fact]
    public void Write_WithinTheLimit_IsOneFileOfTheSameBytes()
    {
        var model = Hybrid(Catalogue.Load("marabou/mnist2x10.onnx"), "identity");
        var path = Path.Combine(_folder.FullName, "small.onnx");

        Assert.Equal([path], HybridFile.Write(model, Metadata, path));

        Assert.Equal(HybridFile.ToBytes(model, Metadata), File.ReadAllBytes(path));
    }

    [Fact]
    public void ToBytes_LeavesTheModelAsItIs()
    {
        var model = Catalogue.Load("marabou/mnist2x10.onnx");
        var before = model.ToBytes();

        HybridFile.ToBytes(Hybrid(model, "affine+abs"), Metadata);
        HybridFile.Write(model, Metadata, Path.Combine(_folder.FullName, "m.onnx"), largest: 1000);

        Assert.Equal(before, model.ToBytes());
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static NetworkModel? Loaded(string file)
    {
        try
        {
            return Catalogue.Load(file);
        }
        catch (UnsupportedModelException)
        {
            return null;
        }
    }

    private static NetworkModel Hybrid(NetworkModel model, string lift)
    {
        var components = ComponentFinder.Find(model).Components;
        var component = components[components.Count / 2];
        var sample = StandIns.Normal(component.Input.Width, 9, 1, seed: 53);
        return StandIns.Replace(model, component, StandIns.Random(
            ObservablesSpec.Parse(lift).Build(sample, StandIns.Algebra), component.Output.Width, 4, seed: 54));
    }

    private static IEnumerable<string> Strings(JsonElement answer, string name) =>
        answer.GetProperty(name).EnumerateArray().Select(value => value.GetString()!);
}
