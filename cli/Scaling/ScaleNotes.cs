namespace KoopmanMesh.Cli.Scaling;

/// <summary>What the reader of a study must know before believing a number: one sentence each.</summary>
internal static class ScaleNotes
{
    // Where the middle half of the trials spreads further than this of the median, ratios of medians are loose.
    private const double Scatter = 0.15;

    // Three points of a curve, and a serial fraction that grew by this much: overhead rather than serial work.
    private const double Growth = 0.05;

    public static IReadOnlyList<string> Of(
        ScalePlan plan, IReadOnlyList<ScalePoint> points, int cores, bool onThisMachine) =>
    [
        .. onThisMachine ? Machine(plan, cores) : [],
        .. Baseline(plan),
        .. points.Where(point => (point.Seconds.High - point.Seconds.Low) > Scatter * point.Seconds.Median).Select(
            point => FormattableString.Invariant($"the trials of {point.Replicas} replicas and {point.Rows} rows ")
                + FormattableString.Invariant($"scatter by {100 * Relative(point.Seconds):0} % of their median: ")
                + "something else ran, or the job is too short"),
        .. points.GroupBy(point => point.BaseRows).Where(curve => GrowsByOverhead([.. curve])).Select(
            curve => FormattableString.Invariant($"at {curve.Key} rows the serial fraction grows with the replicas: ")
                + "what limits is overhead that they bring along, not work that only one can do"),
        .. points.Where(point => point.Stages.Any(stage => stage.Retries > 0)).Select(
            point => FormattableString.Invariant($"with {point.Replicas} replicas work was tried again, ")
                + FormattableString.Invariant($"{point.Stages.Sum(stage => stage.Retries)} times, and took that long")),
    ];

    private static double Relative(Spread spread) => (spread.High - spread.Low) / spread.Median;

    private static IEnumerable<string> Machine(ScalePlan plan, int cores)
    {
        var most = plan.Replicas.Max();
        var processes = plan.Role.Captures(most) + plan.Role.Koopmans(most);
        if (processes > cores)
        {
            yield return FormattableString.Invariant($"this machine has {cores} cores for up to {processes} replicas ")
                + FormattableString.Invariant($"that compute: beyond {cores} no speed-up is to be expected of it");
        }
    }

    private static IEnumerable<string> Baseline(ScalePlan plan)
    {
        if (plan.Replicas.Min() is var fewest and > 1)
        {
            yield return FormattableString.Invariant($"the base has {fewest} replicas: speed-up, efficiency and ")
                + "serial fraction are of what was added to it";
        }
    }

    private static bool GrowsByOverhead(IReadOnlyList<ScalePoint> curve)
    {
        var fractions = curve.OrderBy(point => point.Replicas)
            .Select(point => point.SerialFraction).OfType<double>().ToArray();
        return fractions.Length > 1 && fractions[^1] - fractions[0] > Growth;
    }
}
