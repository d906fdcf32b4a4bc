using KoopmanMesh.FunctionalTests.Hosting;

namespace KoopmanMesh.FunctionalTests;

/// <summary>The accuracies that an independent evaluator measured on the networks of the catalogue.</summary>
public sealed class AccuracyTests(MeshFixture mesh)
{
    [Theory]
    [InlineData("mnist2x10", 0.9226, 0)]
    [InlineData("mnist2x5_sigmoid", 0.8516, 0)]
    [InlineData("robust_model_sigmoid_linear", 0.9541, 0)]
    [InlineData("cnn_max_mninst2", 0.9720, 2000)]
    [InlineData("self-attention-mnist-pgd-medium-sim", 0.9740, 1000)]
    [InlineData("softmax-last-layer", 0.8895, 0)]
    [InlineData("yizhak_net", 0.8319, 0)]
    [InlineData("test_dropout", 0.4926, 0)]
    [InlineData("fc2", 0.0920, 1000)]
    public async Task Accuracy_CatalogueNetwork_IsTheMeasuredOne(string network, double accuracy, long rows)
    {
        var model = SharedData.Network($"marabou/{network}.onnx");
        var spec = await mesh.SpecAsync(model, SharedData.TestImages, SharedData.TestLabels, 1.0 / 255, rows);
        spec.Options.SpectrumRows = 64;

        var report = await mesh.AnalyzeQuicklyAsync(spec);

        Assert.Equal(accuracy, report.Accuracy.Original, 1e-9);
        Assert.Equal(rows == 0 ? 10_000 : rows, report.Accuracy.Rows);
        Assert.Equal(report.Total.LogPdet, report.Components.Sum(c => c.Credit.Telescoped), 1e-9);
        Assert.InRange(report.Parity.MaxRelativeDifference, 0, 1e-5);
    }

    [Fact]
    public async Task Audit_RegressorWithoutLabels_ComparesBySquaredError()
    {
        const int Rows = 500;
        var random = new Random(11);
        var values = Enumerable.Range(0, Rows * 5).Select(_ => (float)(random.NextDouble() - 0.5)).ToArray();
        var model = SharedData.Network("acasxu/ACASXU_run2a_1_1_batch_2000.onnx");
        var spec = await mesh.SpecAsync(model, mesh.Write("uniform.npy", Samples.Npy(values, 5)));
        spec.Options.Bootstraps = -1;

        var report = await mesh.AnalyzeAsync(spec);

        Assert.Null(report.Accuracy);
        Assert.Equal("relative-mse", report.Audit.Divergence);
        Assert.Equal(Rows, report.Data.Rows);
        Assert.Equal(7, report.Components.Count);
        Assert.DoesNotContain("\"accuracy\"", Cli.Reporting.ReportJson.ToJson(report));
        Assert.All(report.Audit.Interventions, effect => Assert.False(effect.HasAccuracyDrop));
    }
}
