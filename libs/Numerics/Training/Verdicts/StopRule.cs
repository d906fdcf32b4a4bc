using KoopmanMesh.Numerics.Training.Windows;

namespace KoopmanMesh.Numerics.Training.Verdicts;

/// <summary>What the windows so far say.</summary>
public enum StopVerdict
{
    /// <summary>Training goes on.</summary>
    Continue,

    /// <summary>Settled windows and a flat loss: finished.</summary>
    Stop,

    /// <summary>Settled windows while the loss is high or unknown: finished, or stalled on a plateau.</summary>
    Plateau,
}

/// <summary>A verdict with the numbers behind it.</summary>
/// <param name="Verdict">The verdict.</param>
/// <param name="Text">One sentence.</param>
public sealed record StopDecision(StopVerdict Verdict, string Text);

/// <summary>
/// When to stop training (methods P1.4, a reconstruction [R]): <see cref="StopOptions.Patience"/> windows in a row are
/// settled, the loss over the last no longer falls by more than <see cref="StopOptions.LossSlope"/> of itself a
/// snapshot, and at most half of the first loss is left. Weights at rest under a high loss are a plateau. A rising loss
/// is flat: going on would not lower it. Where the trusted modes miss most of the movement, as under the noise of
/// minibatches, the loss decides alone: the text says so, and without a loss nothing is decided. Feed it the windows of
/// one observable in order; a new rule after a break.
/// </summary>
/// <param name="options">When.</param>
/// <param name="firstLoss">The run's first loss; null for that of the first window.</param>
public sealed class StopRule(StopOptions options, double? firstLoss = null)
{
    private const double LossLeft = 0.5;
    private const double MostMissed = 0.5;

    private readonly StopOptions _options = options ?? throw new ArgumentNullException(nameof(options));
    private double? _firstLoss = firstLoss;

    /// <summary>Settled windows in a row, the last one included.</summary>
    public int Settled { get; private set; }

    /// <summary>The verdict after one more window.</summary>
    public StopDecision Observe(TrainingWindow window)
    {
        ArgumentNullException.ThrowIfNull(window);
        _firstLoss ??= window.FirstLoss;
        Settled = window.IsSettled(_options) ? Settled + 1 : 0;
        var isMissed = window.Unexplained > MostMissed
            && window.Movement > _options.TransientMass * window.StateNorm;
        var spectrum = Spectrum(window, isMissed);
        if (Settled < _options.Patience)
        {
            return new StopDecision(
                StopVerdict.Continue, FormattableString.Invariant($"{spectrum}, {_options.Patience} are needed"));
        }

        if (window.LossSlope is not { } slope || window.LastLoss is not { } loss)
        {
            return isMissed
                ? new StopDecision(StopVerdict.Continue, $"{spectrum}, and without losses that decides nothing")
                : new StopDecision(StopVerdict.Plateau, $"{spectrum}, but the loss is not known throughout");
        }

        if (-slope > _options.LossSlope)
        {
            return new StopDecision(StopVerdict.Continue, FormattableString.Invariant(
                $"{spectrum}, but the loss still falls by {-slope:G2} of itself a snapshot"));
        }

        return _firstLoss is { } first && loss > LossLeft * first
            ? new StopDecision(StopVerdict.Plateau, FormattableString.Invariant(
                $"{spectrum}, but the loss stands at {loss:G4} of {first:G4} at first"))
            : new StopDecision(StopVerdict.Stop, FormattableString.Invariant(
                $"{spectrum} and the loss is flat at {loss:G4} ({slope:G2} of itself a snapshot)"));
    }

    private string Spectrum(TrainingWindow window, bool isMissed)
    {
        var windows = Settled == 1 ? "1 window is" : FormattableString.Invariant($"{Settled} windows in a row are");
        var missed = isMissed
            ? FormattableString.Invariant(
                $"; but the weights moved by {window.Movement / window.StateNorm:P1} of their norm, ")
                + "most of which no trusted mode explains"
            : "";
        return FormattableString.Invariant(
            $"{windows} settled (mass near one {window.Statistics.NearOneMass:0.####}, ")
            + FormattableString.Invariant(
                $"transients {window.Statistics.TransientMass:G3} of a norm of {window.StateNorm:G4}{missed})");
    }
}
