using KoopmanMesh.Run.V1;

namespace KoopmanMesh.Capture.Replacing.Planning;

/// <summary>A hybrid of the front as far as the choice goes.</summary>
/// <param name="Evaluation">On the rows that choices are made on.</param>
/// <param name="LatencyRatio">Measured, of a single row.</param>
internal sealed record FrontPoint(Evaluation Evaluation, double LatencyRatio);

/// <summary>What the budget chose, and why.</summary>
/// <param name="Chosen">Index in the front; -1: replace nothing.</param>
/// <param name="Sentence">Why.</param>
/// <param name="Warning">What the user should know who asked for regions by name; null when there is nothing.</param>
internal sealed record Choice(int Chosen, string Sentence, string? Warning = null)
{
    private const double Rounding = 1e-12;

    /// <summary>What replacing must save to be worth a change of the network.</summary>
    private const double LeastSaving = 0.01;

    /// <summary>
    /// Within an accuracy budget the cheapest (operations, then parameters), otherwise the best score within the
    /// latency budget. The planner never chooses what takes more operations than the original, or saves less than 1 %
    /// of its operations, parameters and unstable ReLUs; regions named by the user are replaced anyway, with a warning.
    /// </summary>
    /// <param name="front">Exported hybrids, best score first.</param>
    /// <param name="original">Score and costs of the original.</param>
    /// <param name="measure">What the scores are.</param>
    /// <param name="budget">What may be lost; at least one of its limits is there.</param>
    /// <param name="named">Whether the user named the regions.</param>
    public static Choice Of(
        IReadOnlyList<FrontPoint> front, Evaluation original, Measure measure, Budget budget, bool named)
    {
        if (front.Count == 0)
        {
            return new Choice(-1, "replace nothing: no candidate costs less than the original or scores better");
        }

        var within = Enumerable.Range(0, front.Count).Where(i => Keeps(front[i], original, budget)).ToList();
        var worthwhile = within.Where(i => Saves(front[i].Evaluation, original)).ToList();
        var eligible = named && worthwhile.Count == 0 ? within : worthwhile;
        if (eligible.Count > 0)
        {
            var chosen = Best(eligible, front, budget);
            return Replace(
                chosen, worthwhile.Count > 0 ? null : SavesLittle(front[chosen].Evaluation, original));
        }

        // Asked for by name: the best there is, and what is wrong with it.
        return named
            ? Replace(0, $"no stand-in keeps {Text(budget, measure)}")
            : new Choice(-1, Nothing(front, within, original, measure, budget));

        Choice Replace(int chosen, string? warning) => new(
            chosen,
            $"replace {front[chosen].Evaluation.Plan.Sentence}: it {Describe(front[chosen], original, measure)}",
            warning);
    }

    private static bool Keeps(FrontPoint point, Evaluation original, Budget budget) =>
        (!budget.HasAccuracyLoss || original.Score - point.Evaluation.Score <= budget.AccuracyLoss + Rounding)
        && (!budget.HasLatencyRatio || point.LatencyRatio <= budget.LatencyRatio);

    private static int Best(List<int> eligible, IReadOnlyList<FrontPoint> front, Budget budget) =>
        budget.HasAccuracyLoss
            ? eligible.OrderBy(i => front[i].Evaluation.Operations).ThenBy(i => front[i].Evaluation.Parameters)
                .ThenByDescending(i => front[i].Evaluation.Score).First()
            : eligible.OrderByDescending(i => front[i].Evaluation.Score)
                .ThenBy(i => front[i].Evaluation.Operations).First();

    private static bool Saves(Evaluation evaluation, Evaluation original) =>
        evaluation.Operations <= original.Operations
        && Shares(evaluation, original).Any(share => share.Of <= 1 - LeastSaving);

    private static string Nothing(
        IReadOnlyList<FrontPoint> front, List<int> within, Evaluation original, Measure measure, Budget budget)
    {
        var best = front[within.FirstOrDefault()];
        var reason = within.Count == 0
            ? $"no candidate keeps {Text(budget, measure)}"
            : $"every candidate that keeps {Text(budget, measure)} takes more operations or saves less than "
                + $"{Percent(LeastSaving)} of {Costs(best.Evaluation, original)}";
        return $"replace nothing: {reason}; the best, {best.Evaluation.Plan.Sentence}, "
            + Describe(best, original, measure);
    }

    private static string SavesLittle(Evaluation evaluation, Evaluation original) =>
        evaluation.Operations > original.Operations
            ? $"{evaluation.Plan.Sentence} takes {evaluation.Operations} operations a row, more than the original's "
                + $"{original.Operations}"
            : $"{evaluation.Plan.Sentence} saves less than {Percent(LeastSaving)} of {Costs(evaluation, original)}";

    private static string Describe(FrontPoint point, Evaluation original, Measure measure)
    {
        var evaluation = point.Evaluation;
        var loss = original.Score - evaluation.Score;
        var change = loss > 0 ? $"loses {Percent(loss)}" : loss < 0 ? $"gains {Percent(-loss)}" : "loses nothing";
        var shares = string.Join(
            ", ", Shares(evaluation, original).Select(share => $"{Percent(share.Of)} of the {share.Cost}"));
        return $"{change} of {measure.Name()} ({Percent(original.Score)} to "
            + $"{Percent(evaluation.Score)} on the rows choices are made on) at {shares}"
            + FormattableString.Invariant($" and {point.LatencyRatio:0.00} of the latency");
    }

    /// <summary>"operations, parameters and unstable ReLUs", as far as the original has them.</summary>
    private static string Costs(Evaluation evaluation, Evaluation original)
    {
        var costs = Shares(evaluation, original).Select(share => share.Cost).ToList();
        return costs.Count < 2
            ? string.Concat(costs)
            : string.Join(", ", costs.SkipLast(1)) + " and " + costs[^1];
    }

    /// <summary>What a hybrid costs of what the original costs, where both are known.</summary>
    private static IEnumerable<(string Cost, double Of)> Shares(Evaluation evaluation, Evaluation original)
    {
        (string Cost, double? Of)[] shares =
        [
            ("operations", Share(evaluation.Operations, original.Operations)),
            ("parameters", Share(evaluation.Parameters, original.Parameters)),
            ("unstable ReLUs", Share(evaluation.UnstableRelus, original.UnstableRelus)),
        ];
        foreach (var (cost, of) in shares)
        {
            if (of is { } known)
            {
                yield return (cost, known);
            }
        }

        static double? Share(long? hybrid, long? original) => original > 0 ? (double?)hybrid / original : null;
    }

    private static string Text(Budget budget, Measure measure) => string.Join(" and ",
        (string[])
        [
            .. budget.HasAccuracyLoss ? [$"{measure.Name()} within {Percent(budget.AccuracyLoss)}"] : (string[])[],
            .. budget.HasLatencyRatio
                ? [FormattableString.Invariant($"latency within {budget.LatencyRatio:0.##} of the original's")]
                : (string[])[],
        ]);

    private static string Percent(double fraction) => FormattableString.Invariant($"{100 * fraction:0.##} %");
}
