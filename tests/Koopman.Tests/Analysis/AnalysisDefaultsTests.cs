using KoopmanMesh.Contracts.Analysis;
using KoopmanMesh.Run.V1;

namespace KoopmanMesh.Koopman.Tests.Analysis;

public sealed class AnalysisDefaultsTests
{
    [Fact]
    public void Resolve_Nothing_GivesTheDocumentedDefaults()
    {
        var options = AnalysisDefaults.Resolve(null);

        Assert.Equal((200, 40, 0.2), (options.Bootstraps, options.Blocks, options.HoldOut));
        Assert.Equal((4, 2, 0.5), (options.Steps, options.Delays, options.StepDecay));
        Assert.Equal((2048, 2048, 10_000), (options.SpectrumRows, options.MaxWidth, options.AuditRows));
        Assert.Equal((Alignment.ZeroPad, AccumulatorKind.Gram), (options.Alignment, options.Accumulator));
        Assert.Equal((1e-5, 1L << 20), (options.RankTolerance, options.ShardRows));
    }

    [Fact]
    public void Resolve_OptionsSaid_AreKeptAndTheOriginalIsNotTouched()
    {
        var said = new AnalysisOptions { Blocks = 12, Alignment = Alignment.Pca, Bootstraps = -1 };

        var resolved = AnalysisDefaults.Resolve(said);

        Assert.Equal((12, Alignment.Pca, -1), (resolved.Blocks, resolved.Alignment, resolved.Bootstraps));
        Assert.Equal(0, said.Steps);
    }

    [Fact]
    public void Resolve_SeveralOutOfRange_NamesEveryOne()
    {
        var said = new AnalysisOptions { Blocks = 1, HoldOut = double.NaN, MaxWidth = 4, Steps = 2, Delays = 3 };

        var error = Assert.Throws<AnalysisOptionsException>(() => AnalysisDefaults.Resolve(said));

        Assert.Equal(
            "blocks is 1, expected 2 to 1000; holdOut is NaN, expected 0 to 0.9; "
            + "maxWidth is 4, expected 8 to 8192; delays is 3, expected at most steps (2)",
            error.Message);
    }
}
