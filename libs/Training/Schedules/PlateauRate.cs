namespace KoopmanMesh.Training.Schedules;

/// <summary>
/// The rate times a factor when the epoch's mean training loss has not fallen below <c>best (1 - threshold)</c> for
/// more than <see cref="Patience"/> epochs in a row, as PyTorch's ReduceLROnPlateau (mode 'min', threshold mode 'rel',
/// no cooldown; a change below 1e-8 is not made).
/// </summary>
public sealed record PlateauRate : Schedule
{
    private const double LeastChange = 1e-8;

    /// <summary>Factor of a reduction, above 0 and below 1; default 0.1.</summary>
    public double Factor { get; init; } = 0.1;

    /// <summary>Bad epochs in a row that are let pass; default 10.</summary>
    public int Patience { get; init; } = 10;

    /// <summary>By which part of the best the loss must fall to be better, from 0 and below 1; default 1e-4.</summary>
    public double Threshold { get; init; } = 1e-4;

    /// <summary>The rate does not fall below this; default 0.</summary>
    public double LeastRate { get; init; }

    /// <inheritdoc/>
    public override Func<double, double> Start(double rate)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(Patience);
        Require(Factor is > 0 and < 1, Factor, nameof(Factor), "the factor is above 0 and below 1");
        Require(Threshold is >= 0 and < 1, Threshold, nameof(Threshold), "the threshold is from 0 and below 1");
        Require(
            LeastRate >= 0 && double.IsFinite(LeastRate), LeastRate, nameof(LeastRate),
            "the least rate is a finite number from 0");
        var (best, bad) = (double.PositiveInfinity, 0);
        return loss =>
        {
            (best, bad) = loss < best * (1 - Threshold) ? (loss, 0) : (best, bad + 1);
            if (bad > Patience)
            {
                var reduced = Math.Max(rate * Factor, LeastRate);
                (rate, bad) = (rate - reduced > LeastChange ? reduced : rate, 0);
            }

            return rate;
        };
    }
}
