using KoopmanMesh.FunctionalTests.Hosting;
using KoopmanMesh.Networks.Export;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Run.V1;

namespace KoopmanMesh.FunctionalTests;

/// <summary>Networks built so that their credits are known beforehand, through the whole mesh.</summary>
public sealed class PlantedTruthTests(MeshFixture mesh)
{
    private const int Width = 6;

    // Weights and activations are float32.
    private const double Tolerance = 1e-4;

    [Fact]
    public async Task Telescoped_OrthogonalLayer_GetsNothing()
    {
        var report = await AnalyzeAsync(
            Samples.Dense(Width, Width, 1), Samples.Reflection(Width, 2), Samples.Dense(Width, Width, 3));

        Assert.Equal(0, report.Components[1].Credit.Telescoped, Tolerance);
        Assert.True(Math.Abs(report.Components[0].Credit.Telescoped) > 0.1);
    }

    [Theory]
    [InlineData(3.0)]
    [InlineData(0.5)]
    public async Task Telescoped_MultipleOfTheIdentity_GetsItsLogVolume(double factor)
    {
        var report = await AnalyzeAsync(
            Samples.Dense(Width, Width, 4), Samples.Scaled(Width, factor), Samples.Dense(Width, Width, 5));

        Assert.Equal(Width * Math.Log(factor), report.Components[1].Credit.Telescoped, Tolerance);
    }

    [Fact]
    public async Task Canonical_AffineChain_GetsNothing()
    {
        var report = await AnalyzeAsync(
            Samples.Dense(Width, Width, 6), Samples.Scaled(Width, 2), Samples.Dense(Width, Width, 7));

        Assert.All(report.Components, c => Assert.Equal(0, c.Credit.Canonical, Tolerance));
    }

    [Fact]
    public async Task Telescoped_DuplicatedLayer_SharesAlike()
    {
        var twice = Samples.Dense(Width, Width, 8);

        var report = await AnalyzeAsync(twice, twice);

        Assert.Equal(report.Components[0].Credit.Telescoped, report.Components[1].Credit.Telescoped, Tolerance);
    }

    [Fact]
    public async Task Flags_LayerOfZeros_IsDeadAndHasNoCredit()
    {
        var dead = new DenseLayer(new Matrix(Width, Width), new double[Width], DenseActivation.None);

        var report = await AnalyzeAsync(Samples.Dense(Width, Width, 9), dead, Samples.Dense(Width, Width, 10));

        var credit = report.Components[1].Credit;
        Assert.Contains("DEAD", report.Components[1].Flags);
        Assert.False(credit.HasCanonical);
        Assert.False(credit.HasTelescoped);
        Assert.Equal(0, credit.CanonicalShare);
    }

    [Fact]
    public async Task Total_ComponentsMerged_StaysTheSame()
    {
        DenseLayer[] layers =
            [Samples.Dense(Width, Width, 11), Samples.Dense(Width, Width, 12), Samples.Dense(Width, Width, 13)];

        var apart = await AnalyzeAsync(Granularity.Fine, layers);
        var merged = await AnalyzeAsync(Granularity.Coarse, layers);

        Assert.Equal(3, apart.Components.Count);
        var whole = Assert.Single(merged.Components);
        Assert.Equal(apart.Components.Sum(c => c.Credit.Telescoped), whole.Credit.Telescoped, Tolerance);
        Assert.Equal(apart.Total.LogPdet, merged.Total.LogPdet, Tolerance);
    }

    [Fact]
    public async Task Components_LayersWithActivations_AreCutFinerOnDemand()
    {
        DenseLayer[] layers =
            [Samples.Dense(Width, Width, 14, DenseActivation.Tanh), Samples.Dense(Width, Width, 15)];

        var usual = await AnalyzeAsync(Granularity.Unspecified, layers);
        var fine = await AnalyzeAsync(Granularity.Fine, layers);

        Assert.Equal(2, usual.Components.Count);
        Assert.Equal(3, fine.Components.Count);
    }

    [Fact]
    public async Task Flags_CutWiderThanTheLimit_IsCompressedAndSaysWhatWasLost()
    {
        const int Wide = 3000;
        const int Rows = 600;
        var network = Samples.Network(
            Samples.Dense(Wide, Width, 16, DenseActivation.Tanh), Samples.Dense(Width, Wide, 17));
        var spec = await SpecAsync(network, Rows);

        var report = await mesh.AnalyzeQuicklyAsync(spec);

        Assert.Contains("COMPRESSED", report.Components[0].Flags);
        Assert.Contains("COMPRESSED", report.Components[1].Flags);
        Assert.InRange(report.Components[0].OutputEnergyLost, double.Epsilon, 0.5);
        Assert.Equal(0, report.Components[0].InputEnergyLost);
        Assert.Equal(report.Total.LogPdet, report.Components.Sum(c => c.Credit.Telescoped), 1e-9);
    }

    private Task<Report> AnalyzeAsync(params DenseLayer[] layers) => AnalyzeAsync(Granularity.Unspecified, layers);

    private async Task<Report> AnalyzeAsync(Granularity granularity, DenseLayer[] layers)
    {
        var spec = await SpecAsync(Samples.Network(layers), 1000);
        spec.Options.Granularity = granularity;
        return await mesh.AnalyzeQuicklyAsync(spec);
    }

    private async Task<RunSpec> SpecAsync(byte[] network, int rows) => await mesh.SpecAsync(
        mesh.Write("planted.onnx", network),
        mesh.Write("normal.npy", Samples.Npy(Samples.Normal(rows * Width, 99), Width)));
}
