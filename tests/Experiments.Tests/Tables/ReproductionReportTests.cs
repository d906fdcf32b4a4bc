using System.Text.RegularExpressions;
using KoopmanMesh.Experiments.Recipes;
using KoopmanMesh.Experiments.Running;
using KoopmanMesh.Experiments.Tables;

namespace KoopmanMesh.Experiments.Tests.Tables;

public sealed class ReproductionReportTests
{
    private static readonly ReproductionOptions _options = new()
    {
        Seeds = 3,
        Starts = [1],
        MostDelays = 3,
        Settings = [PaperSetting.Corrected],
    };

    [Fact]
    public void Write_CellsThatDiffer_AreMarked()
    {
        // Published for d = 2 and 3 at R = 40: 0.5 and 1.5.
        var text = Report("koopmesh", Seed(1, 0.49), Seed(2, 0.50), Seed(3, 0.51));

        Assert.Contains("| 40 | 50.0 ± 2.5 | 50.0 ± 2.5 | 50.0 ± 2.5 ** |", text, StringComparison.Ordinal);
        Assert.Contains("| 40 published | | 50.00 | 150.00 |", text, StringComparison.Ordinal);
        Assert.Contains(
            "of 2 published cells 1 lie in the interval of the mean, 0 (*) outside it but where one network more may "
            + "lie, 1 (**) beyond; of these 0 are exceeded here and 1 not reached.", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_Lifts_NamesTheBestAndTheRefused()
    {
        var text = Report("koopmesh", Seed(1, 0.5), Seed(2, 0.5));

        Assert.Contains(
            "Lifts, after ReLU 1: the best is relu:9 with 92.00 ± 0.00 %; plain affine has 90.00 ± 0.00 %.", text,
            StringComparison.Ordinal);
        Assert.Contains("| poly | – | – | – |", text, StringComparison.Ordinal);
        Assert.Contains("After ReLU 1: far too many.", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_BestOfEachSeed_IsListedBesideTheHeadline() =>
        Assert.Contains(
            "chosen on the test rows over starts, R and d, has 40.00, 60.00 % (published headline: 97.30 %).",
            Report("koopmesh", Seed(1, 0.4), Seed(2, 0.6)), StringComparison.Ordinal);

    [Fact]
    public void Write_OneSeed_GivesNoInterval()
    {
        var text = Report("koopmesh reproduce tiny", Seed(1, 0.5));

        Assert.Contains("| 40 | 50.0 | 50.0 | 50.0 |", text, StringComparison.Ordinal);
        Assert.Contains(
            "one seed has no interval to hold the 2 published cells against", text, StringComparison.Ordinal);
        Assert.Contains("Written by `koopmesh reproduce tiny`", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_NoSeed_IsRefused() =>
        Assert.Throws<ArgumentException>(() => ReproductionReport.Write(Tiny.Recipe, [], "koopmesh"));

    // Columns are padded for readers of the source.
    private static string Report(string command, params SeedResult[] seeds) =>
        Regex.Replace(ReproductionReport.Write(Tiny.Recipe, seeds, command), " +", " ");

    private static SeedResult Seed(int seed, double accuracy) => new()
    {
        Recipe = "tiny",
        Seed = seed,
        Options = _options,
        LinearAlgebra = "none",
        Seconds = 1,
        Original = [new OriginalAccuracy(PaperSetting.Corrected, 0.98)],
        Scaling = [new ScalingResult(1, 0.5, 0.1, 0.97)],
        Operators =
        [
            .. from r in Tiny.Recipe.TrajectoryCounts
               from d in new[] { 1, 2, 3 }
               select new OperatorResult(PaperSetting.Corrected, 1, r, d, 4, accuracy),
        ],
        Lifts =
        [
            new LiftResult(1, "affine", 6, 5, 0.2, 0.90),
            new LiftResult(1, "relu:9", 15, 5, 0.1, 0.92),
            new LiftResult(1, "poly", 0, 0, null, null) { Refusal = "far too many" },
        ],
    };
}
