using KoopmanMesh.Numerics.Accumulation;

namespace KoopmanMesh.Numerics.StandIns;

/// <summary>How <see cref="StandInFitter"/> fits.</summary>
public sealed record StandInOptions
{
    /// <summary>Gram, or QR for twice the digits and more time. Default Gram.</summary>
    public AccumulatorKind Kind { get; init; } = AccumulatorKind.Gram;

    /// <summary>
    /// Directions of the standardised observables whose singular value is at most this times the largest are left out.
    /// Default 1e-5, for activations that were float32; in [0, 1).
    /// </summary>
    public double RankTolerance { get; init; } = 1e-5;

    /// <summary>
    /// Fraction of the rows, stripe by stripe, that a first fit does not see and is tested on; what is returned is then
    /// fitted to all. Default 0.2; in [0, 0.9].
    /// </summary>
    public double HoldOut { get; init; } = 0.2;

    /// <summary>
    /// First rows that whatever depends on the data (kinks, centres, bandwidths) is bound to. Default 2,048; from 1 to
    /// 65,536.
    /// </summary>
    public int SampleRows { get; init; } = 2048;

    /// <summary>
    /// Most bytes that the sums of all lifts take together; a lift that would exceed it is refused. A fit takes about
    /// as much as its own sums again. Default 4 GiB.
    /// </summary>
    public long MaxSummaryBytes { get; init; } = 4L << 30;

    /// <summary>Of everything random. Default 0.</summary>
    public int Seed { get; init; }

    /// <summary>Which of so many rows are held out.</summary>
    public HoldOutStripes Stripes(long rows) => HoldOutStripes.Of((int)Math.Min(rows, SampleRows), HoldOut);

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(RankTolerance);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(RankTolerance, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(HoldOut);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(HoldOut, 0.9);
        ArgumentOutOfRangeException.ThrowIfLessThan(SampleRows, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(SampleRows, 65_536);
        if (!Enum.IsDefined(Kind) || !double.IsFinite(RankTolerance) || !double.IsFinite(HoldOut))
        {
            throw new ArgumentException(
                $"a stand-in is fitted by Gram or Qr with finite fractions, got {Kind}, {RankTolerance} and {HoldOut}");
        }
    }
}
