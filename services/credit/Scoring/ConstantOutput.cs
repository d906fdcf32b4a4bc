namespace KoopmanMesh.Credit.Scoring;

/// <summary>Whether a component's output never changes.</summary>
internal static class ConstantOutput
{
    // Activations are float32: what is left of a constant after centring in double is 1e-16 of it, a change of one unit
    // 6e-8.
    private const double RelativeDeviation = 1e-12;

    /// <summary>
    /// Whether the variance of the output, over all its features, is zero to the rounding of its mean.
    /// </summary>
    public static bool Of(ChainLink link)
    {
        var (variance, meanSquare) = (0.0, 0.0);
        for (var j = 0; j < link.AfterWidth; j++)
        {
            var at = link.ReducedWidth + j;
            variance += link.Moments.Scatter[at, at] / link.Moments.Count;
            meanSquare += link.Moments.Mean[at] * link.Moments.Mean[at];
        }

        return !(variance > RelativeDeviation * RelativeDeviation * meanSquare);
    }
}
