namespace KoopmanMesh.Credit.Auditing;

/// <summary>What one intervention did to the network's outputs, at each component in chain order.</summary>
/// <param name="Intervention">One of <see cref="Interventions"/>.</param>
/// <param name="Divergence">
/// Mean KL divergence (nats) or relative mean squared error; null where it does not apply.
/// </param>
/// <param name="AccuracyDrop">Intact accuracy minus accuracy under the intervention; null without labels.</param>
internal sealed record InterventionEffect(
    string Intervention, IReadOnlyList<double?> Divergence, IReadOnlyList<double?>? AccuracyDrop);

/// <summary>One credit metric over the components in chain order.</summary>
/// <param name="Metric">Its name, e.g. "canonical".</param>
/// <param name="Credits">Null for a component without a credit.</param>
internal sealed record MetricCredits(string Metric, IReadOnlyList<double?> Credits);
