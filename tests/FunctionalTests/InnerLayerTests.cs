using KoopmanMesh.FunctionalTests.Hosting;
using KoopmanMesh.Networks.Export;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Run.V1;

namespace KoopmanMesh.FunctionalTests;

/// <summary>The layer index as the step of the spectrum fit (methods P0.3).</summary>
public sealed class InnerLayerTests(MeshFixture mesh)
{
    [Fact]
    public async Task Spectrum_SameLinearLayerTwiceInOneComponent_HasItsEigenvalues()
    {
        var layer = new DenseLayer(Matrix.FromRows([[0.9, 0.2], [0, 0.5]]), new double[2], DenseActivation.None);
        var model = mesh.Write("twice.onnx", Samples.Network(layer, layer));
        var data = mesh.Write("plane.npy", Samples.Npy(Samples.Normal(800, 7), 2));
        var spec = await mesh.SpecAsync(model, data);
        spec.Options.Granularity = Granularity.Coarse;
        spec.Options.StepSource = StepSource.InnerLayers;
        spec.Options.Delays = 1;

        var spectrum = Assert.Single((await mesh.AnalyzeQuicklyAsync(spec)).Components).Spectrum;

        Assert.Equal(StepSource.InnerLayers, spectrum.StepSource);
        Assert.Equal([0.9, 0.5], spectrum.Eigenpairs.Select(pair => Math.Round(pair.Value.Re, 4)));
    }

    [Fact]
    public async Task Spectrum_ComponentWithoutInnerLayers_IsSelfIteratedAndSaysSo()
    {
        var layer = new DenseLayer(Matrix.FromRows([[0.9, 0.2], [0, 0.5]]), new double[2], DenseActivation.None);
        var model = mesh.Write("once.onnx", Samples.Network(layer));
        var data = mesh.Write("line.npy", Samples.Npy(Samples.Normal(800, 8), 2));
        var spec = await mesh.SpecAsync(model, data);
        spec.Options.StepSource = StepSource.InnerLayers;

        var spectrum = Assert.Single((await mesh.AnalyzeQuicklyAsync(spec)).Components).Spectrum;

        Assert.Equal(StepSource.SelfIteration, spectrum.StepSource);
    }
}
