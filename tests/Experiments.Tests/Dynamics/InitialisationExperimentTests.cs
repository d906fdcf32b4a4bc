using KoopmanMesh.Experiments.Dynamics;
using KoopmanMesh.Experiments.Dynamics.Initialisation;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Training.Verdicts;
using KoopmanMesh.Training.Optimizers;

namespace KoopmanMesh.Experiments.Tests.Dynamics;

public sealed class InitialisationExperimentTests : IDisposable
{
    private static readonly ILinearAlgebra _la = LinearAlgebraProvider.Detect(null);

    // Enough to be judged on; at 20 % four good runs calibrate.
    private static readonly InitialisationOptions _options = new()
    {
        Widths = [1, 4, 1],
        Points = 16,
        Epochs = 40,
        FalseAlarms = 0.2,
        Drawn = 1,
    };

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("initialisation");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Run_SameSeeds_GiveTheSameReport()
    {
        var (first, second) = (Write("a"), Write("b"));

        Assert.Equal(first, second);
        Assert.Equal(12, Directory.GetFiles(Path.Combine(_folder.FullName, "a", "seeds")).Length);
        Assert.Equal(6, Directory.GetFiles(Path.Combine(_folder.FullName, "a", "figures")).Length);
    }

    [Fact]
    public void Run_FinishedSeeds_AreNotRunAgain()
    {
        Write("a");
        var written = Directory.GetFiles(Path.Combine(_folder.FullName, "a", "seeds"))
            .ToDictionary(f => f, File.GetLastWriteTimeUtc);

        Write("a");

        Assert.All(written, file => Assert.Equal(file.Value, File.GetLastWriteTimeUtc(file.Key)));
    }

    [Fact]
    public void Run_StartTwentyTimesTooLarge_HasTwentyTimesTheNormButForTheFixedBias()
    {
        var good = Run(("good", 1));
        var bad = Run(("bad", 20));

        // 0.01 is added to every bias, whatever the scale.
        Assert.Equal(20, bad.StartNorm / good.StartNorm, 0.5);
        Assert.True(bad.StartLoss > good.StartLoss);
    }

    [Fact]
    public void Run_ThatDiverges_HasNoScoreAndIsCalledBadByEveryRule()
    {
        var diverged = new InitialisationRun(_options, _la).Run(
            new InitialisationProblem(new SgdOptions { LearningRate = 1e30 }, InitialisationProblem.Sine), ("good", 1),
            seed: 1, isDrawn: true, TestContext.Current.CancellationToken);
        InitialisationResult[] nulls = [.. Enumerable.Range(1, 4).Select(seed => Run(("good", 1), seed))];

        Assert.Null(diverged.Score);
        Assert.All(
            InitialisationRule.All(_la).Where(r => !r.Name.Contains("no training", StringComparison.Ordinal)),
            rule => Assert.Equal(1, rule.Count(nulls, [diverged], 0.2)));
    }

    [Fact]
    public void Count_NumberAlone_IsWhatLiesAboveTheConformalQuantile()
    {
        InitialisationResult[] nulls = [.. Enumerable.Range(1, 19).Select(i => WithLoss(i))];
        InitialisationResult[] runs = [WithLoss(18), WithLoss(19), WithLoss(19.5), WithLoss(100)];
        var loss = InitialisationRule.All(_la).Single(r => r.Name == InitialisationRule.Loss);

        // ceil(20 · 0.95) is 19: the largest of the good runs.
        Assert.Equal(2, loss.Count(nulls, runs, 0.05));
        Assert.Equal(3, loss.Count(nulls, runs, 0.1));
    }

    [Fact]
    public void Run_Cancelled_StopsAndKeepsNothingUnfinished()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        var folder = new ExperimentFolder(_folder.FullName);

        Assert.Throws<OperationCanceledException>(
            () => new InitialisationExperiment(_options).Run(Context(folder), source.Token));

        Assert.Empty(_folder.GetFiles("*", SearchOption.AllDirectories));
    }

    private static InitialisationResult WithLoss(double loss) => new()
    {
        Problem = "p",
        Kind = "good",
        Seed = 1,
        StartNorm = 1,
        StartLoss = 1,
        JudgedLoss = loss,
        Score = new AlarmScore(loss, loss, 1, 0, 1, 0, false),
    };

    private static InitialisationResult Run((string, double) kind, int seed = 1) =>
        new InitialisationRun(_options, _la).Run(
            _options.Problems[0], kind, seed, isDrawn: false, TestContext.Current.CancellationToken);

    private string Write(string name)
    {
        var folder = new ExperimentFolder(Path.Combine(_folder.FullName, name));
        var experiment = new InitialisationExperiment(_options);
        var report = experiment.Run(Context(folder), TestContext.Current.CancellationToken);
        return File.ReadAllText(folder.Write(experiment, report, "koopmesh reproduce initialisation"));
    }

    private static ExperimentContext Context(ExperimentFolder folder) =>
        new() { Seeds = 4, Store = folder.Seeds, Algebra = _la };
}
