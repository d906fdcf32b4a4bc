using KoopmanMesh.Contracts.Analysis;
using KoopmanMesh.Run.V1;

namespace KoopmanMesh.Capture.Tests.Replacing;

public sealed class ReplacementDefaultsTests
{
    [Fact]
    public void Resolve_Nothing_FillsInWhatIsDocumented()
    {
        var options = ReplacementDefaults.Resolve(null);

        Assert.Equal(
            (0.5, 0.15, 0.15, 0.01),
            (options.FitFraction, options.SelectFraction, options.CalibrateFraction, options.Alpha));
        Assert.Equal((4, 400, 8), (options.LongestRegion, options.Candidates, options.Exports));
        Assert.Equal(0.005, options.Budget.AccuracyLoss);
        Assert.Equal(Profile.Any, options.Profile);
        Assert.Equal(InputBox.BoxOneofCase.Data, options.Box.BoxCase);
    }

    [Fact]
    public void Resolve_LatencyBudgetAlone_AddsNoAccuracyBudget() => Assert.False(
        ReplacementDefaults.Resolve(new ReplacementOptions { Budget = new Budget { LatencyRatio = 0.8 } })
            .Budget.HasAccuracyLoss);

    [Fact]
    public void Resolve_OptionsOutOfRange_NamesThemAll()
    {
        var options = new ReplacementOptions
        {
            Alpha = 1.5,
            FitFraction = 0.8,
            SelectFraction = 0.2,
            CalibrateFraction = 0.1,
            Candidates = -1,
            Budget = new Budget { AccuracyLoss = 2 },
            Ranks = { -3 },
        };

        var error = Assert.Throws<AnalysisOptionsException>(() => ReplacementDefaults.Resolve(options));

        Assert.Equal(
            "a rank is -3, expected 0 to 65536; candidates is -1, expected 1 to 2000; alpha is 1.5, expected more than "
            + "0, less than 1; fitFraction, selectFraction and calibrateFraction sum to 1.1, expected less than 1, for "
            + "the rest is reported on; budget.accuracyLoss is 2, expected 0 to 1",
            error.Message);
    }
}
