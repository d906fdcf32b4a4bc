namespace KoopmanMesh.Credit.Scoring;

/// <summary>Collects the credits of replicates and summarises them.</summary>
internal sealed class ReplicateSummary(ChainScore score)
{
    private readonly MetricSamples _canonical = new([.. score.Components.Select(one => one.Canonical)]);
    private readonly MetricSamples _telescoped = new([.. score.Components.Select(one => one.Telescoped)]);
    private int _thinned;
    private int _resolved;

    /// <summary>Takes one finished replicate.</summary>
    public void Add(Replicate replicate)
    {
        _canonical.Add(replicate.Volumes.Canonical);
        _telescoped.Add(replicate.Volumes.Raw);
        _thinned += replicate.IsThinned ? 1 : 0;
        _resolved += replicate.IsResolved ? 1 : 0;
    }

    /// <summary>Intervals and stabilities.</summary>
    public BootstrapResult Finish(BootstrapOptions options) => new(
        _canonical.Finish(options), _telescoped.Finish(options), options.Replicates, _thinned, _resolved);
}
