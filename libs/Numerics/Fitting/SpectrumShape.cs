namespace KoopmanMesh.Numerics.Fitting;

/// <summary>Where singular values come from: what a <see cref="RankRule"/> needs to know beside them.</summary>
/// <param name="Rows">n of the n × m matrix they belong to.</param>
/// <param name="Columns">m.</param>
public sealed record SpectrumShape(int Rows, int Columns)
{
    /// <summary>
    /// s_i ≤ floor · s_1 is round-off and is kept by no rule. Default max(n, m) · eps; singular values that are square
    /// roots of eigenvalues have <see cref="SquaredFloor"/> instead.
    /// </summary>
    public double RelativeFloor { get; init; } = Math.Max(1, Math.Max(Rows, Columns)) * Rounding.Unit;

    /// <summary>Sum of all s_i^2 when only the leading ones are listed; null when all are.</summary>
    public double? TotalEnergy { get; init; }

    /// <summary>No rule keeps more than this; null for no cap.</summary>
    public int? Cap { get; init; }

    /// <summary>
    /// sqrt(n · eps): below this, the root of an eigenvalue of an n × n product of matrices is round-off.
    /// </summary>
    public static double SquaredFloor(int order) => Math.Sqrt(Math.Max(1, order) * Rounding.Unit);
}
