using KoopmanMesh.Numerics.Fitting;

namespace KoopmanMesh.Numerics.Operators;

/// <summary>What a fit has to say about itself. Immutable.</summary>
public sealed record FitDiagnostics
{
    /// <summary>How many directions were kept, and why.</summary>
    public required RankDecision Rank { get; init; }

    /// <summary>Singular values of what was regressed on, descending; the leading ones of a random basis.</summary>
    public required ReadOnlyMemory<double> SingularValues { get; init; }

    /// <summary>s_1 / s_r; 1 when nothing was kept.</summary>
    public required double ConditionNumber { get; init; }

    /// <summary>
    /// Decimal digits the conditioning costs: log10 of <see cref="ConditionNumber"/>, twice that when products were
    /// summed.
    /// </summary>
    public required double DigitsLost { get; init; }

    /// <summary>Pairs that were seen.</summary>
    public required long Pairs { get; init; }

    /// <summary>
    /// One-step error ||Y - Yhat||_F / ||Y||_F of the state on the pairs fitted; null when the method makes none. Never
    /// infinite: an error that is relative to nothing, as Y is zero, is null too, here and below.
    /// </summary>
    public double? FitError { get; init => field = OrNothing(value); }

    /// <summary>The same on pairs held out; null when nothing was held out.</summary>
    public double? HoldOutError { get; init => field = OrNothing(value); }

    /// <summary>
    /// The same on the held-out pairs (the fitted ones when there are none) of predicting "no change": what an operator
    /// has to beat.
    /// </summary>
    public double? PersistenceError { get; init => field = OrNothing(value); }

    /// <summary>The linear algebra that ran.</summary>
    public required string LinearAlgebra { get; init; }

    /// <summary>
    /// How the regression saw the data: "Svd", "Gram", "Qr", "RandomRange" in memory; "gram summary", "qr summary",
    /// "sketch of 128" what a stream was summed up to; others name themselves.
    /// </summary>
    public required string Basis { get; init; }

    /// <summary>One sentence for each thing a careful reader should know. Empty when there is none.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    private static double? OrNothing(double? error) => error is double.PositiveInfinity ? null : error;
}
