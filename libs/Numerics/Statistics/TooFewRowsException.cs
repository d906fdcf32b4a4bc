using System.Globalization;

namespace KoopmanMesh.Numerics.Statistics;

/// <summary>A statement was asked for that so few rows can't support.</summary>
public sealed class TooFewRowsException : ArgumentException
{
    /// <summary>Says how many calibration rows came, and how many a bound at <paramref name="alpha"/> needs.</summary>
    public TooFewRowsException(long rows, long needed, double alpha)
        : base(string.Create(
            CultureInfo.InvariantCulture, $"alpha {alpha} needs at least {needed} calibration rows, got {rows}")) =>
        (Rows, Needed) = (rows, needed);

    /// <summary>Rows that came.</summary>
    public long Rows { get; }

    /// <summary>Fewest rows.</summary>
    public long Needed { get; }
}
