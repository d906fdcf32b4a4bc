namespace KoopmanMesh.Numerics.Training.Verdicts;

/// <summary>What the beginning of a run looks like; by itself neither good nor bad, but for the fixed rule.</summary>
/// <param name="Loss">L_k, the last loss judged.</param>
/// <param name="LossLeft">L_k / L_0: how much of the first loss is left.</param>
/// <param name="NearOneMass">rho of the window.</param>
/// <param name="TransientShare">Importance of trusted modes not near one, relative to the last snapshot's norm.</param>
/// <param name="Instability">Largest trusted |lambda| of the window.</param>
/// <param name="Rest">log10 of the norm over the movement: how little the run moves for its size; 16 at most.</param>
/// <param name="Fixed">Whether the fixed rule of methods P1.4 calls the run bad.</param>
public sealed record AlarmScore(
    double Loss, double LossLeft, double NearOneMass, double TransientShare, double Instability, double Rest,
    bool Fixed)
{
    // Losses and shares below these are as good as none: their logarithm would drown everything else.
    private const double LeastLoss = 1e-12;
    private const double LeastShare = 1e-3;

    /// <summary>Numbers of a run that are compared.</summary>
    internal const int FeatureCount = 5;

    /// <summary>
    /// log10 L_k + Rest: one number that grows where a run rests under a high loss. It knows nothing of what is usual;
    /// <see cref="InitialisationAlarm.Judge"/> does.
    /// </summary>
    public double Total => Level(Loss) + Rest;

    /// <summary>In decades: loss, its fall, rest, transients and growth.</summary>
    internal double[] Features() =>
    [
        Level(Loss),
        Level(LossLeft),
        Rest,
        Math.Log10(TransientShare + LeastShare),
        Math.Log10(Math.Max(Instability, 1)),
    ];

    private static double Level(double loss) => Math.Log10(Math.Max(loss, LeastLoss));
}
