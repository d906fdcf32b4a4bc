using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Training.Forecasting;
using KoopmanMesh.Numerics.Training.Snapshots;

namespace KoopmanMesh.Numerics.Training.Jumps;

/// <summary>
/// Where training is heading, as a proposal: the mode at the eigenvalue 1 (methods S2, P3.6). The constant is an
/// observable, so that this mode is known to be there, and scaling it until its constant is 1 gives it its amplitude:
/// it is the fixed point of w = K w + b. Modes beyond the clip stay where they are.
/// </summary>
/// <param name="Weights">The p values; null where there is no proposal.</param>
/// <param name="Refusal">Why there is none; null where there is one.</param>
/// <param name="Summary">What it was made of.</param>
public sealed record FixedPointJump(double[]? Weights, string? Refusal, ForecastSummary Summary)
{
    // Within it of 1 an eigenvalue does not tell a slow approach from a drift that has no end.
    private const double Drift = 1e-6;

    /// <summary>The limit of a trajectory. As a forecast.</summary>
    /// <param name="trajectory">At least 3 snapshots, and 2 more than delays.</param>
    /// <param name="options">
    /// How to fit, with the constant and a clip of at most 1; the tool that followed the paper takes all weights as
    /// one.
    /// </param>
    /// <param name="la">The linear algebra to run on.</param>
    /// <param name="cancellationToken">Looked at between blocks.</param>
    /// <exception cref="ArgumentException">
    /// The options leave the constant out or do not clip, or as a forecast.
    /// </exception>
    public static FixedPointJump Propose(
        ITrajectory trajectory, ForecastOptions options, ILinearAlgebra la, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (!options.HasConstant || options.Clip > 1)
        {
            throw new ArgumentException(
                "a limit takes the constant and a clip of at most 1, got "
                + FormattableString.Invariant($"constant {options.HasConstant} and clip {options.Clip}"),
                nameof(options));
        }

        var forecast = WeightForecast.Run(
            trajectory, options, [WeightForecast.FarthestStep], la, null, cancellationToken);
        var (summary, refusal) = (forecast.Summary, (string?)null);
        if (summary.LargestRank == 0)
        {
            refusal = "nothing moved over the snapshots, so that the limit is where training is";
        }
        else if (Math.Abs(summary.LargestModulus - 1) <= Drift)
        {
            refusal = FormattableString.Invariant(
                $"the slowest mode has the modulus {summary.LargestModulus:0.######}, so that no limit is in sight");
        }

        return new FixedPointJump(refusal is null ? forecast.Weights[0] : null, refusal, summary);
    }
}
