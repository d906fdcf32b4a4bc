using KoopmanMesh.Experiments.Dynamics;
using KoopmanMesh.Experiments.Dynamics.Hamiltonian;
using KoopmanMesh.Experiments.Dynamics.MnistForecast;
using KoopmanMesh.Experiments.Dynamics.Trials;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Training;
using KoopmanMesh.Training.Optimizers;

namespace KoopmanMesh.Experiments.Tests.Dynamics;

public sealed class HamiltonianTests
{
    private static readonly ILinearAlgebra _la = LinearAlgebraProvider.Detect(null);

    private static readonly HamiltonianOptions _options = new()
    {
        BurnIn = 300,
        Fitted = 200,
        Window = 200,
        Horizon = 20,
        Windows = [50, 200],
        Horizons = [5, 20],
        Optimizers = [("Adagrad", new AdagradOptions(), false)],
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Run_Tiny_HoldsEveryPredictorAgainstTheOptimizer()
    {
        var result = new HamiltonianRun(_options, _la).Run(3, _options.Optimizers[0], Token);

        Assert.Equal(2 * 2 * HamiltonianRun.Predictors.Count, result.Cells.Length);
        var still = result.Cells.First(c => c.Predictor == Predictor.Standing.Name && c.Horizon == 20);
        Assert.Equal(1, still.ErrorToGrowth);
        Assert.Equal(result.FittedLoss, still.Loss);
        var again = new HamiltonianRun(_options, _la).Run(3, _options.Optimizers[0], Token);
        Assert.Equal(result.Cells.Select(c => c.Loss), again.Cells.Select(c => c.Loss));
    }

    [Fact]
    public void Experiment_Tiny_WritesAReportAndGoesOnFromTheFolder() => WithFolder(store =>
    {
        var context = new ExperimentContext { Seeds = 2, Store = store, Algebra = _la };

        var report = new HamiltonianExperiment(_options).Run(context, Token);

        Assert.Equal(report.Summary, new HamiltonianExperiment(_options).Run(context, Token).Summary);
        Assert.Contains("| Adagrad", report.Sections[2].Markdown, StringComparison.Ordinal);
    });

    [Fact]
    public void MnistForecast_Tiny_WritesAReport() => WithFolder(store =>
    {
        var options = new MnistForecastOptions
        {
            Widths = [2, 4, 2],
            Batch = 20,
            BurnIn = 1,
            Fitted = 3,
            Horizons = [1, 5, 10],
            Data = [new("every step", 30, 1, false), new("means of 5 steps", 30, 5, true)],
            Partitions = ["node"],
            LargePartitions = ["full"],
            MostOfLarge = 10,
        };
        var task = new ClassifierTask(YinYang.Sample(200, 42), YinYang.Sample(50, 7), [2, 4, 2], _la);
        var context = new ExperimentContext { Seeds = 2, Store = store, Algebra = _la };

        var report = new MnistForecastExperiment(options, _ => task).Run(context, Token);

        Assert.Equal(["Setting", "Every step", "Means of 5 steps", "Horizons"], report.Sections.Select(s => s.Heading));
        var cells = store.GetOrAdd<MnistForecastResult>("seed-1", () => throw new InvalidOperationException()).Cells;
        var still = cells.Single(
            c => c.Predictor == Predictor.Standing.Name && c.Data == "every step" && c.Horizon == 1);
        Assert.Equal(1, still.ErrorToGrowth);
    });

    private static void WithFolder(Action<SeedStore> test)
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            test(new SeedStore(folder.FullName));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
