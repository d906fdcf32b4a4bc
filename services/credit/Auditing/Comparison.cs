namespace KoopmanMesh.Credit.Auditing;

/// <summary>
/// One metric held against one effect: what could be compared, and the correlation where there is an order to compare.
/// </summary>
internal sealed record Comparison(
    string Metric, string Intervention, RankCorrelation? Correlation, int Components, int LeftOut);
