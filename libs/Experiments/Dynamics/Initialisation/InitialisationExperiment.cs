namespace KoopmanMesh.Experiments.Dynamics.Initialisation;

/// <summary>E1.1: does the spectrum of the first epochs tell a bad start from a good one?</summary>
public sealed class InitialisationExperiment : IExperiment
{
    private readonly InitialisationOptions _options;

    /// <summary>As reported.</summary>
    public InitialisationExperiment()
        : this(new InitialisationOptions())
    {
    }

    internal InitialisationExperiment(InitialisationOptions options) => _options = options;

    /// <inheritdoc/>
    public string Name => "initialisation";

    /// <inheritdoc/>
    public string Title => "E1.1: bad initialisations found in the first epochs of small networks (2006.11765)";

    /// <inheritdoc/>
    public bool NeedsMnist => false;

    /// <inheritdoc/>
    public int DefaultSeeds => 100;

    /// <inheritdoc/>
    public ExperimentReport Run(ExperimentContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        var run = new InitialisationRun(_options, context.Algebra);
        var calibration = _options.NullRunsFor(context.Seeds);
        var all = (double)(calibration + context.Seeds);
        var good = _options.Kinds[0];
        var nulls = Enumerable.Range(1, calibration).SelectMany(i =>
        {
            context.Progress?.Report((i / all, $"calibration {i} of {calibration}"));
            var seed = _options.NullSeed + i;
            return context.Store.GetOrAdd($"null-{seed}", () => new InitialisationSeed(
                seed, [.. _options.Problems.Select(p => run.Run(p, good, seed, false, cancellationToken))])).Runs;
        }).ToArray();
        var results = Enumerable.Range(1, context.Seeds).SelectMany(seed =>
        {
            context.Progress?.Report(((calibration + seed) / all, $"seed {seed} of {context.Seeds}"));
            return context.Store.GetOrAdd($"seed-{seed}", () => new InitialisationSeed(seed,
            [
                .. from problem in _options.Problems
                from kind in _options.Kinds
                select run.Run(problem, kind, seed, seed <= _options.Drawn, cancellationToken),
            ])).Runs;
        }).ToArray();
        return new InitialisationReport(nulls, results, _options, context.Algebra).Write(Title);
    }
}
