using KoopmanMesh.Run.V1;

namespace KoopmanMesh.Capture.Replacing.Planning;

/// <summary>Which of a front are exported when not all are.</summary>
internal static class Exports
{
    /// <summary>
    /// Half of them those that the budget is likely to choose from: within it, operations standing for the latency that
    /// is not measured yet, the cheapest first (of a latency budget alone the best score first). Then the best scores.
    /// </summary>
    /// <param name="front">Best score first.</param>
    /// <param name="original">Score and operations of the original.</param>
    /// <param name="options">Budget and number of exports.</param>
    /// <returns>Best score first.</returns>
    public static IReadOnlyList<Evaluation> Of(
        IReadOnlyList<Evaluation> front, Evaluation original, ReplacementOptions options)
    {
        var budget = options.Budget;
        var within = front.Where(e =>
            (!budget.HasAccuracyLoss || original.Score - e.Score <= budget.AccuracyLoss)
            && (!budget.HasLatencyRatio || e.Operations <= budget.LatencyRatio * original.Operations));
        var first = budget.HasAccuracyLoss ? within.OrderBy(e => e.Operations) : within;
        var chosen = first.Take((options.Exports + 1) / 2).Concat(front).Distinct().Take(options.Exports).ToHashSet();
        return [.. front.Where(chosen.Contains)];
    }
}
