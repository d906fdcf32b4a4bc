namespace KoopmanMesh.Credit.Scoring;

/// <summary>
/// Every credit of one component, in nats of log-volume (methods P0.6, P0.11); null where it is undefined.
/// </summary>
internal sealed record ComponentScore
{
    /// <summary>C~_i = LogPdet(B~_{i-1}) - LogPdet(B~_i), measured in the data's own coordinates.</summary>
    public required RankedCredit Canonical { get; init; }

    /// <summary>C_i = LogPdet(B_{i-1}) - LogPdet(B_i).</summary>
    public required RankedCredit Telescoped { get; init; }

    /// <summary>LogPdet(J_i); null for J_i = 0.</summary>
    public required double? Local { get; init; }

    /// <summary>sum log |diag R_i| of the forward QR chain.</summary>
    public required double? QrChained { get; init; }

    /// <summary>LogPdet(B_i).</summary>
    public required double? BackwardDet { get; init; }

    /// <summary>log |det| of the component's own Koopman operator, as given.</summary>
    public required double? OperatorDet { get; init; }

    /// <summary>Sign of det J_i for a square component of full rank; 0 otherwise.</summary>
    public required int DeterminantSign { get; init; }

    /// <summary>Whether the credit is defined, and if not, why.</summary>
    public required CreditStanding Standing { get; init; }

    /// <summary>Whether the component's output never changes.</summary>
    public required bool HasConstantOutput { get; init; }

    /// <summary>
    /// Whether a rank, raw or canonical, changes across the component: its credit then compares volumes of different
    /// dimensions.
    /// </summary>
    public bool HasRankDrop =>
        Telescoped.RankBefore != Telescoped.RankAfter || Canonical.RankBefore != Canonical.RankAfter;
}

/// <summary>Why a component has a credit, or has none.</summary>
internal enum CreditStanding
{
    /// <summary>The credit is defined.</summary>
    Defined,

    /// <summary>Nothing of the component's input reaches the network's output: its credit is minus infinity.</summary>
    Dead,

    /// <summary>A dead component lies between this one and the output, so no volume is left to share out.</summary>
    BehindDead,
}

/// <summary>One telescoping credit and its place among the others.</summary>
/// <param name="Value">The credit, nats.</param>
/// <param name="Gain">exp(Value / RankBefore): geometric mean gain of an output direction.</param>
/// <param name="Share">|Value| / sum |Value| over the components with a credit; 0 without one.</param>
/// <param name="Place">1-based place by |Value|, largest first, ties in chain order; 0 without a credit.</param>
/// <param name="RankBefore">
/// Numerical rank of the backward product from the component's input, B_{i-1} or B~_{i-1}.
/// </param>
/// <param name="RankAfter">Numerical rank of the backward product from its output, B_i or B~_i.</param>
internal sealed record RankedCredit(
    double? Value, double? Gain, double Share, int Place, int RankBefore, int RankAfter);
