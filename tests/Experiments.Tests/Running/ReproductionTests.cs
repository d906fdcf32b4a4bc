using KoopmanMesh.Experiments.Recipes;
using KoopmanMesh.Experiments.Running;
using KoopmanMesh.Experiments.Tables;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Experiments.Tests.Running;

public sealed class ReproductionTests : IDisposable
{
    private static readonly ILinearAlgebra _la = LinearAlgebraProvider.Detect(null);
    private static readonly ReproductionOptions _options = new() { Seeds = 2, Starts = [1, 3], MostDelays = 3 };

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("reproduction");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Run_SameSeeds_GiveTheSameTables()
    {
        var first = ReproductionReport.Write(Tiny.Recipe, Run("a", _options), "koopmesh");
        var second = ReproductionReport.Write(Tiny.Recipe, Run("b", _options), "koopmesh");

        Assert.Equal(first, second);
        Assert.Equal(
            File.ReadAllBytes(Place("a", "seed-2/scaled-3.onnx")),
            File.ReadAllBytes(Place("b", "seed-2/scaled-3.onnx")));
    }

    [Fact]
    public void Run_FinishedSeeds_AreNotRunAgain()
    {
        Run("a", _options with { Seeds = 1 });
        var written = File.GetLastWriteTimeUtc(Place("a", "seed-1.json"));
        var seen = new HashSet<int>();

        var results = Run("a", _options, new Reporter(p => seen.Add(p.Seed)));

        Assert.Equal([2], seen);
        Assert.Equal([1, 2], results.Select(r => r.Seed));
        Assert.Equal(written, File.GetLastWriteTimeUtc(Place("a", "seed-1.json")));
        Run("a", _options, new Reporter(_ => Assert.Fail("all seeds were there")));
    }

    [Fact]
    public void Run_EverySettingStartCountAndDelay_IsMeasured()
    {
        var result = Run("a", _options with { Seeds = 1 })[0];

        Assert.Equal(2 * 2 * 2 * 3, result.Operators.Count);
        Assert.Equal(24, result.Operators.Select(o => o with { Rank = 0, Accuracy = 0 }).Distinct().Count());
        Assert.All(result.Operators, o => Assert.InRange(o.Accuracy, 0, 1));
        Assert.Equal(["skip", "affine", "affine, rank 2", "delay:10", "delay:10, rank 2", "relu:32", "relu:32, rank 2"],
            result.Lifts.Where(l => l.Start == 1).Select(l => l.Lift));
        Assert.Equal([1, 3], result.Scaling.Select(s => s.Start));
    }

    [Fact]
    public void Run_SeedOfOtherOptions_IsNotMixedIn()
    {
        Run("a", _options with { Seeds = 1 });

        var error = Assert.Throws<InvalidDataException>(() => Run("a", _options with { MostDelays = 2 }));

        Assert.Equal(
            $"'{Place("a", "seed-1.json")}' is of seed 1 of tiny with settings AsPublished, Corrected, starts 1, 3 and "
            + "3 delays, expected seed 1 of tiny with settings AsPublished, Corrected, starts 1, 3 and 2 delays",
            error.Message);
    }

    [Fact]
    public void Run_DamagedSeed_IsNamed()
    {
        Directory.CreateDirectory(Place("a", ""));
        File.WriteAllText(Place("a", "seed-1.json"), "{");

        var error = Assert.Throws<InvalidDataException>(() => Run("a", _options));

        Assert.StartsWith(
            $"'{Place("a", "seed-1.json")}' is no result of a seed: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_Cancelled_LeavesNoHalfSeed()
    {
        using var source = new CancellationTokenSource();
        var cancel = new Reporter(p =>
        {
            if (p.Stage.StartsWith("operators", StringComparison.Ordinal))
            {
                source.Cancel();
            }
        });

        Assert.Throws<OperationCanceledException>(() => Reproduction("a", _options).Run(
            () => Tiny.Data, cancel, source.Token));

        Assert.False(File.Exists(Place("a", "seed-1.json")));
    }

    [Fact]
    public void Options_OutOfRange_AreRefusedInOneSentence()
    {
        var seeds = Assert.Throws<ArgumentOutOfRangeException>(() => new ReproductionOptions { Seeds = 0 });
        var delays = Assert.Throws<ArgumentOutOfRangeException>(
            () => new ReproductionOptions { MostDelays = 11 }.Validate(ReproductionRecipe.Mnist));
        var start = Assert.Throws<ArgumentOutOfRangeException>(
            () => new ReproductionOptions { Starts = [7] }.Validate(ReproductionRecipe.Mnist));

        Assert.StartsWith("a reproduction takes 1 to 30 seeds, got 0", seeds.Message, StringComparison.Ordinal);
        Assert.StartsWith("a trajectory of 12 states allows 1 to 10 delays", delays.Message, StringComparison.Ordinal);
        Assert.StartsWith("a start is the odd position of a ReLU", start.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(
            () => new ReproductionOptions { Starts = [] }.Validate(ReproductionRecipe.Mnist));
    }

    private IReadOnlyList<SeedResult> Run(
        string name, ReproductionOptions options, IProgress<SeedProgress>? progress = null) =>
        Reproduction(name, options).Run(
            () => Tiny.Data, progress ?? new Reporter(_ => { }), TestContext.Current.CancellationToken);

    private Reproduction Reproduction(string name, ReproductionOptions options) =>
        new(Tiny.Recipe, options, new ReproductionFolder(Place(name, "")), _la);

    private string Place(string folder, string name) => Path.Combine(_folder.FullName, folder, name);

    private sealed class Reporter(Action<SeedProgress> report) : IProgress<SeedProgress>
    {
        public void Report(SeedProgress value) => report(value);
    }
}
