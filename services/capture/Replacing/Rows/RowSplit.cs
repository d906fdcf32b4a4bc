using System.Numerics;
using KoopmanMesh.Numerics.Statistics;
using KoopmanMesh.Run.V1;
using KoopmanMesh.ServiceDefaults.Errors;

namespace KoopmanMesh.Capture.Replacing.Rows;

/// <summary>
/// Splits the rows by a seeded hash of their index: never by position, for data sets come sorted, and never by memory,
/// so that every pass and every process splits alike.
/// </summary>
internal sealed class RowSplit
{
    private const long FewestFitRows = 2;

    private readonly ulong _seed;
    private readonly double _fit;
    private readonly double _select;
    private readonly double _calibrate;
    private readonly long[] _counts = new long[4];

    /// <param name="options">Fractions and seed, resolved.</param>
    /// <param name="rows">Rows of the data.</param>
    public RowSplit(ReplacementOptions options, long rows)
    {
        _seed = options.Seed;
        _fit = options.FitFraction;
        _select = _fit + options.SelectFraction;
        _calibrate = _select + options.CalibrateFraction;
        Rows = rows;
        for (var row = 0L; row < rows; row++)
        {
            _counts[BitOperations.Log2((uint)PartOf(row))]++;
        }
    }

    public long Rows { get; }

    public RowParts PartOf(long row)
    {
        // 53 bits of the mixed index as a number in [0, 1).
        var u = (Mix(Mix(_seed) + (ulong)row) >> 11) * (1.0 / (1UL << 53));
        return u < _fit ? RowParts.Fit
            : u < _select ? RowParts.Select
            : u < _calibrate ? RowParts.Calibrate
            : RowParts.Test;
    }

    /// <summary>Rows in these parts together.</summary>
    public long Count(RowParts parts)
    {
        var count = 0L;
        for (var part = 0; part < _counts.Length; part++)
        {
            count += ((int)parts >> part & 1) * _counts[part];
        }

        return count;
    }

    /// <summary>Refuses data with too few rows for any of the parts, or for the conformal bound.</summary>
    public void Require(double alpha)
    {
        Require(RowParts.Fit, FewestFitRows, "rows to fit to");
        Require(RowParts.Select, 1, "rows to choose on");
        Require(RowParts.Test, 1, "rows to report on");

        var fewest = ConformalQuantile.FewestRows(alpha);
        if (Count(RowParts.Calibrate) < fewest)
        {
            throw new InvalidRequestException(
                "CALIBRATION_TOO_SMALL",
                FormattableString.Invariant($"alpha {alpha} needs at least {fewest} calibration rows, got ")
                + $"{Count(RowParts.Calibrate)} of the {Rows} rows; give more rows, a larger fraction or a larger "
                + "alpha",
                "spec.replacement.alpha");
        }
    }

    private void Require(RowParts part, long fewest, string what)
    {
        if (Count(part) < fewest)
        {
            throw new InvalidRequestException(
                "DATA_TOO_SMALL",
                $"of the {Rows} rows {Count(part)} are {what}, expected at least {fewest}; give more rows or a larger "
                + "fraction",
                "spec.data");
        }
    }

    /// <summary>splitmix64's finaliser.</summary>
    private static ulong Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
