using KoopmanMesh.Capture.Replacing.Rows;
using KoopmanMesh.Contracts.Analysis;
using KoopmanMesh.Run.V1;
using KoopmanMesh.ServiceDefaults.Errors;

namespace KoopmanMesh.Capture.Tests.Replacing;

public sealed class RowSplitTests
{
    private const RowParts All = RowParts.Fit | RowParts.Select | RowParts.Calibrate | RowParts.Test;

    [Fact]
    public void Split_ManyRows_GivesEachPartItsShareAndEveryRowOnePart()
    {
        const int rows = 100_000;
        var split = new RowSplit(Options(), rows);

        Assert.Equal(rows, split.Count(All));

        // Five standard deviations of a binomial count.
        Assert.InRange(split.Count(RowParts.Fit), 50_000 - 791, 50_000 + 791);
        Assert.InRange(split.Count(RowParts.Select), 15_000 - 565, 15_000 + 565);
        Assert.InRange(split.Count(RowParts.Calibrate), 15_000 - 565, 15_000 + 565);
        Assert.Equal(
            split.Count(RowParts.Test), Enumerable.Range(0, rows).LongCount(row => split.PartOf(row) == RowParts.Test));
    }

    [Fact]
    public void Split_RowsSortedByClass_GivesEachClassItsShare()
    {
        var split = new RowSplit(Options(), 20_000);

        for (var first = 0; first < 20_000; first += 2000)
        {
            var fit = Enumerable.Range(first, 2000).Count(row => split.PartOf(row) == RowParts.Fit);
            Assert.InRange(fit, 1000 - 112, 1000 + 112);
        }
    }

    [Fact]
    public void Split_SameSeed_IsTheSameAndAnotherSeedAnother()
    {
        var (a, b, c) = (Parts(7), Parts(7), Parts(8));

        Assert.Equal(a, b);
        Assert.NotEqual(a, c);

        static RowParts[] Parts(ulong seed)
        {
            var options = Options();
            options.Seed = seed;
            var split = new RowSplit(options, 200);
            return [.. Enumerable.Range(0, 200).Select(row => split.PartOf(row))];
        }
    }

    [Fact]
    public void Split_MoreRows_LeavesTheEarlierOnesWhereTheyWere()
    {
        var (few, many) = (new RowSplit(Options(), 100), new RowSplit(Options(), 1000));

        Assert.All(Enumerable.Range(0, 100), row => Assert.Equal(few.PartOf(row), many.PartOf(row)));
    }

    [Fact]
    public void Require_TooFewCalibrationRows_NamesTheNumbers()
    {
        var split = new RowSplit(Options(), 300);

        var error = Assert.Throws<InvalidRequestException>(() => split.Require(0.01));

        Assert.Equal("CALIBRATION_TOO_SMALL", error.Reason);
        Assert.Equal(
            $"alpha 0.01 needs at least 99 calibration rows, got {split.Count(RowParts.Calibrate)} of the 300 rows; "
            + "give more rows, a larger fraction or a larger alpha",
            error.Message);
    }

    [Fact]
    public void Require_TwoRows_NamesThePartThatIsMissing()
    {
        var error = Assert.Throws<InvalidRequestException>(() => new RowSplit(Options(), 2).Require(0.5));

        Assert.Equal("DATA_TOO_SMALL", error.Reason);
        Assert.StartsWith("of the 2 rows ", error.Message, StringComparison.Ordinal);
    }

    private static ReplacementOptions Options() => ReplacementDefaults.Resolve(null);
}
