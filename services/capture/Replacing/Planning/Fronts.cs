namespace KoopmanMesh.Capture.Replacing.Planning;

/// <summary>
/// The front of a search: what neither another candidate nor the original does better in every respect.
/// </summary>
internal static class Fronts
{
    /// <summary>The best score first.</summary>
    /// <param name="evaluations">What was evaluated.</param>
    /// <param name="original">
    /// The original's score and costs; null when it does not compete, since replacing was asked for by name.
    /// </param>
    public static IReadOnlyList<Evaluation> Of(IEnumerable<Evaluation> evaluations, Evaluation? original)
    {
        Evaluation[] ordered =
        [
            .. original is null ? [] : (Evaluation[])[original],
            .. evaluations.OrderByDescending(e => e.Score).ThenBy(e => e.Operations).ThenBy(e => e.Parameters)
                .ThenBy(e => e.Plan.Id, StringComparer.Ordinal),
        ];
        return [.. ParetoFront.Of(ordered, Losses).Where(e => e != original)];
    }

    private static double[] Losses(Evaluation e) =>
        [-e.Score, e.Operations, e.Parameters, e.UnstableRelus ?? double.PositiveInfinity];
}
