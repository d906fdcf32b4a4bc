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

    /// <summary>
    /// Within an accuracy budget the cheapest (operations, then parameters), otherwise the best score within the
    /// latency budget. The planner never chooses what does not cost less than the original; regions named by the user
    /// are replaced anyway, with a warning.
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
        var cheaper = within.Where(i => front[i].Evaluation.Operations < original.Operations).ToList();
        var eligible = named && cheaper.Count == 0 ? within : cheaper;
        if (eligible.Count > 0)
        {
            var chosen = Best(eligible, front, budget);
            return new Choice(
                chosen, $"replace {front[chosen].Evaluation.Plan.Sentence}: it {Describe(front[chosen], original, measure)}",
                cheaper.Count > 0 ? null : CostsMore(front[chosen].Evaluation, original));
        }

        if (named)
        {
            // Asked for by name: the best there is, and what is wrong with it.
            var chosen = 0;
            return new Choice(
                chosen, $"replace {front[chosen].Evaluation.Plan.Sentence}: it {Describe(front[chosen], original, measure)}",
                $"no stand-in keeps {Text(budget, measure)}");
        }

        return new Choice(-1, Nothing(front, within, original, measure, budget));
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

    private static string Nothing(
        IReadOnlyList<FrontPoint> front, List<int> within, Evaluation original, Measure measure, Budget budget)
    {
        if (within.Count > 0)
        {
            return "replace nothing: " + CostsMore(front[within[0]].Evaluation, original);
        }

        var cheaper = front.Where(point => point.Evaluation.Operations < original.Operations).ToList();
        return cheaper.Count == 0
            ? "replace nothing: no candidate costs fewer operations than the original"
            : $"replace nothing: no candidate keeps {Text(budget, measure)} at fewer operations; the best, "
                + $"{cheaper[0].Evaluation.Plan.Sentence}, {Describe(cheaper[0], original, measure)}";
    }

    private static string CostsMore(Evaluation evaluation, Evaluation original) =>
        $"{evaluation.Plan.Sentence} takes {evaluation.Operations} operations a row, not fewer than the original's "
        + $"{original.Operations}";

    private static string Describe(FrontPoint point, Evaluation original, Measure measure)
    {
        var evaluation = point.Evaluation;
        var loss = original.Score - evaluation.Score;
        var change = loss > 0 ? $"loses {Percent(loss)}" : loss < 0 ? $"gains {Percent(-loss)}" : "loses nothing";
        var work = original.Operations == 0 ? 1 : (double)evaluation.Operations / original.Operations;
        return $"{change} of {measure.Name()} ({Percent(original.Score)} to "
            + $"{Percent(evaluation.Score)} on the rows choices are made on) at {Percent(work)} of the operations"
            + FormattableString.Invariant($" and {point.LatencyRatio:0.00} of the latency");
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
