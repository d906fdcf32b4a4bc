using KoopmanMesh.Credit.Bounding.Sound;
using KoopmanMesh.Networks;
using KoopmanMesh.Networks.Components;
using KoopmanMesh.Networks.Lowering;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Observables;
using static KoopmanMesh.Credit.Tests.Bounding.Sound.PlantedNetworks;

namespace KoopmanMesh.Credit.Tests.Bounding.Sound;

/// <summary>Networks that others trained, one component replaced by an affine map.</summary>
public sealed class RealNetworkTests
{
    [Theory]
    [InlineData("marabou/mnist2x10.onnx", 1, 0.02)]
    [InlineData("marabou/mnist5x20_leaky_relu.onnx", 3, 0.005)]
    [InlineData("marabou/cnn_max_mninst3.onnx", 2, 0.001)]
    [InlineData("acasxu/ACASXU_run2a_1_1_batch_2000.onnx", 2, 0.01)]
    [InlineData("marabou/KJ_TinyTaxiNet.onnx", 2, 0.01)]
    public void NoRow_DiffersByMoreThanTheBound(string file, int component, double radius)
    {
        var original = Read(file);
        var replaced = ComponentFinder.Find(original).Components[component];
        var region = new SoundRegion(replaced.Name, replaced.InputTensor, replaced.OutputTensor);
        var center = Points.Random(All(original), 1, seed: 1).Column(0).ToArray();
        var box = new Box([.. center.Select(value => value - radius)], [.. center.Select(value => value + radius)]);
        var hybrid = Hybrid(original, region,
            Fitted(original, region, Dictionary.Identity(replaced.Input.Width), All(original), seed: 2));

        var bound = Bound(original, hybrid, box, region);

        Assert.Equal(("", "zonotope"), (bound.Refusal, bound.Domain));
        Assert.All(
            Found(original, hybrid, box).Zip(bound.Outputs), pair => Assert.True(pair.First <= pair.Second));
        var interval = Bound(new SoundOptions { IntervalsOnly = true }, original, hybrid, box, region);
        Assert.True(bound.Outputs.Max() < interval.Outputs.Max());
    }

    private static Box All(NetworkModel model) => Cube(model.Input.Width, 0.5, 0.5);

    private static double[] Found(NetworkModel original, NetworkModel hybrid, Box box)
    {
        var (x, y) = (LoweredNetwork.Lower(original), LoweredNetwork.Lower(hybrid));
        var found = new double[x.OutputWidth];
        foreach (var rows in (Matrix[])[
            Points.Random(box, 200, 3), Points.Corners(box, 200, 4), Points.Ascended(box, x, y, 200, 5)])
        {
            var (exact, single) = Points.Differences(original, hybrid, rows);
            for (var i = 0; i < found.Length; i++)
            {
                found[i] = Math.Max(found[i], Math.Max(exact[i], single[i]));
            }
        }

        return found;
    }

    private static NetworkModel Read(string file)
    {
        var path = RepositoryRoot.Data(Path.Combine("onnx-nets", file));
        Assert.SkipUnless(File.Exists(path), $"the network {file} is not on this machine");
        return NetworkModel.Load(File.ReadAllBytes(path), Path.GetFileName(file));
    }
}
