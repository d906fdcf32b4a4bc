using KoopmanMesh.Experiments.Dynamics;
using KoopmanMesh.Experiments.Dynamics.Pruning;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Training;

namespace KoopmanMesh.Experiments.Tests.Dynamics;

public sealed class PruningExperimentTests : IDisposable
{
    private static readonly ILinearAlgebra _la = LinearAlgebraProvider.Detect(null);

    private static readonly PruningOptions _options = new()
    {
        Widths = [2, 12, 2],
        ValidationRows = 50,
        Batch = 20,
        Stages = [2, 20],
        FineTuning = 1,
        Fractions = [0.5, 0.9],
        Stride = 1,
    };

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pruning");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Run_SameSeed_GivesTheSameAccuracies()
    {
        Assert.Equal(Run().Cells, Run().Cells);
    }

    [Fact]
    public void Run_EveryMethodAndFraction_IsMeasured()
    {
        var stage = Run();

        Assert.Equal(14, stage.Cells.Select(c => (c.Method, c.Fraction)).Distinct().Count());
        Assert.All(stage.Cells, c => Assert.InRange(c.FineTuned, 0, 1));
        Assert.All(stage.Cells.Where(c => c.Method == PruningReport.Magnitude), c => Assert.Equal(1, c.Overlap));
    }

    [Fact]
    public void Run_AlphaZeroInAShortWindow_PrunesAboutWhatMagnitudesPrune()
    {
        var limit = Run().Cells.Single(c => c.Method == PruningReport.Limit && c.Fraction == 0.5);
        var random = Run().Cells.Single(c => c.Method == PruningReport.Random && c.Fraction == 0.5);

        Assert.True(limit.Overlap > random.Overlap, $"{limit.Overlap} and {random.Overlap}");
    }

    [Fact]
    public void Run_HalfFrozen_IsHalfOfTheParameters()
    {
        var stage = Run();

        Assert.Equal([0.5, 0.5], stage.Freezing.Skip(2).Select(f => f.Fraction));
        Assert.InRange(stage.Freezing[0].Fraction, 0, 1);
    }

    [Fact]
    public void Run_Experiment_WritesTablesAndFiguresOfEveryStage()
    {
        var folder = new ExperimentFolder(_folder.FullName);
        var experiment = new PruningExperiment(_options, (_, _) => Split());

        var report = experiment.Run(
            new ExperimentContext { Seeds = 2, Store = folder.Seeds, Algebra = _la },
            TestContext.Current.CancellationToken);

        var text = File.ReadAllText(folder.Write(experiment, report, "koopmesh reproduce pruning"));
        Assert.Contains("## After 2 epochs", text, StringComparison.Ordinal);
        Assert.Contains("## After 20 epochs", text, StringComparison.Ordinal);
        Assert.Equal(4, Directory.GetFiles(Path.Combine(_folder.FullName, "figures")).Length);
    }

    private static PruningStage Run() =>
        new PruningRun(Split(), _options, _la).Run(1, 20, TestContext.Current.CancellationToken);

    private static ClassifierSplit Split() => new(YinYang.Sample(250, 42), YinYang.Sample(200, 1), 50, _la);
}
