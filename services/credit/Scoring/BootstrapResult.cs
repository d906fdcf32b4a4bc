namespace KoopmanMesh.Credit.Scoring;

/// <summary>Intervals of the two telescoping credits over resampled row blocks.</summary>
/// <param name="Canonical">Of the canonical credits.</param>
/// <param name="Telescoped">Of the raw telescoped credits.</param>
/// <param name="Replicates">Replicates drawn.</param>
/// <param name="Thinned">
/// Replicates whose rows left some input direction of some component without variance; the slope along it was zero
/// there.
/// </param>
/// <param name="Resolved">
/// Replicates in which some covariance had to be solved by its eigenvectors, being not positive definite.
/// </param>
internal sealed record BootstrapResult(
    MetricIntervals Canonical, MetricIntervals Telescoped, int Replicates, int Thinned, int Resolved);

/// <summary>What the replicates say of one metric.</summary>
/// <param name="Intervals">
/// By component; null where the credit is undefined, or when fewer than half of the replicates kept the score's ranks.
/// </param>
/// <param name="RankStability">
/// Mean Kendall tau between the orders by |credit| of consecutive replicates (independent draws, so as good as any
/// pairs); null with fewer than two components to order.
/// </param>
/// <param name="LostRank">
/// Replicates left out because a backward product had another rank than in the score: their credits are volumes of
/// another dimension.
/// </param>
internal sealed record MetricIntervals(IReadOnlyList<CreditInterval?> Intervals, double? RankStability, int LostRank);

/// <summary>The spread of one credit over the replicates, nats.</summary>
/// <param name="Mean">Mean.</param>
/// <param name="Lower">Lower quantile.</param>
/// <param name="Upper">Upper quantile.</param>
internal sealed record CreditInterval(double Mean, double Lower, double Upper);
