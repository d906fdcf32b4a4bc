using KoopmanMesh.Experiments.Dynamics;
using KoopmanMesh.Experiments.Dynamics.Stopping;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Training;

namespace KoopmanMesh.Experiments.Tests.Dynamics;

public sealed class StoppingExperimentTests : IDisposable
{
    private static readonly StoppingOptions _options = new()
    {
        Widths = [2, 8, 2],
        ValidationRows = 100,
        Batch = 50,
        Settings = [new("constant rate", 0.1, 1, 30), new("falling rate", 0.2, 0.7, 60)],
    };

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("stopping");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Run_SameSeeds_GiveTheSameReport()
    {
        var (first, second) = (Write("a"), Write("b"));

        Assert.Equal(first, second);
        Assert.Contains("| P1.4, validation loss", first, StringComparison.Ordinal);
        Assert.Equal(4, Directory.GetFiles(Path.Combine(_folder.FullName, "a", "seeds")).Length);
        Assert.Equal(4, Directory.GetFiles(Path.Combine(_folder.FullName, "a", "figures")).Length);
    }

    [Fact]
    public void Run_RateThatFallsToNothing_IsSettledBySpectrumAndLossAlike()
    {
        var result = Run(new StoppingSetting("falling rate", 0.2, 0.7, 60));

        // 0.7^30 is 2e-5: nothing moves in a window that ends after 50 epochs.
        Assert.InRange(result.Stops[StoppingRun.Spectrum], 20, 52);
        Assert.InRange(result.Stops[StoppingRun.Slope], 20, 52);
        Assert.Equal(1, result.Windows[^1].NearOneMass, 1e-3);
        Assert.Equal(result.TestAccuracy[^1], result.LimitAccuracy, 0.01);
    }

    [Fact]
    public void Run_Patience_StopsThatManyEpochsAfterTheLowestLossSoFar()
    {
        var result = Run(_options.Settings[0]);

        var stop = result.Stops[StoppingRun.Patience(10)];
        var sofar = result.ValidationLoss[..(stop + 1)];
        Assert.True(stop == result.Epochs || stop - Array.IndexOf(sofar, sofar.Min()) == 10);
    }

    [Fact]
    public void Split_ValidationRows_AreNotTrainedOn()
    {
        var split = Split();

        Assert.Equal((300, 100, 50), (split.Training.Rows, split.Validation.Rows, split.Test.Rows));
        var trained = Points(split.Training);
        Assert.DoesNotContain(Points(split.Validation), trained.Contains);
    }

    private static HashSet<(float, float)> Points(TrainingSet<float> rows) => [.. Enumerable.Range(0, rows.Rows)
        .Select(i => (rows.Values.Span[2 * i], rows.Values.Span[(2 * i) + 1]))];

    private static StoppingResult Run(StoppingSetting setting) =>
        new StoppingRun(Split(), _options, LinearAlgebraProvider.Detect(null)).Run(
            1, setting, TestContext.Current.CancellationToken);

    private static ClassifierSplit Split() =>
        new(YinYang.Sample(400, 42), YinYang.Sample(50, 1), 100, LinearAlgebraProvider.Detect(null));

    private string Write(string name)
    {
        var folder = new ExperimentFolder(Path.Combine(_folder.FullName, name));
        var experiment = new StoppingExperiment(_options, (_, _) => Split());
        var context = new ExperimentContext
        {
            Seeds = 2,
            Store = folder.Seeds,
            Algebra = LinearAlgebraProvider.Detect(null),
        };
        var report = experiment.Run(context, TestContext.Current.CancellationToken);
        return File.ReadAllText(folder.Write(experiment, report, "koopmesh reproduce stopping"));
    }
}
