namespace KoopmanMesh.Experiments.Dynamics.Pruning;

/// <summary>E1.3: do Koopman modes know better than magnitudes which weights can go?</summary>
public sealed class PruningExperiment : IExperiment
{
    private readonly PruningOptions _options;
    private readonly Func<ExperimentContext, PruningOptions, ClassifierSplit> _data;

    /// <summary>On MNIST.</summary>
    public PruningExperiment()
        : this(new PruningOptions(), (context, options) => ClassifierSplit.Mnist(context, options.ValidationRows))
    {
    }

    internal PruningExperiment(PruningOptions options, Func<ExperimentContext, PruningOptions, ClassifierSplit> data) =>
        (_options, _data) = (options, data);

    /// <inheritdoc/>
    public string Name => "pruning";

    /// <inheritdoc/>
    public string Title => "E1.3: pruning by Koopman modes and by magnitude on MNIST (2006.11765, Redman et al. 2022)";

    /// <inheritdoc/>
    public bool NeedsMnist => true;

    /// <inheritdoc/>
    public int DefaultSeeds => 10;

    /// <inheritdoc/>
    public ExperimentReport Run(ExperimentContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        var data = new Lazy<ClassifierSplit>(() => _data(context, _options));
        var stages = new List<PruningStage>();
        for (var seed = 1; seed <= context.Seeds; seed++)
        {
            context.Progress?.Report(((seed - 1.0) / context.Seeds, $"seed {seed} of {context.Seeds}"));
            stages.AddRange(context.Store.GetOrAdd($"seed-{seed}", () => new PruningSeed(seed,
            [
                .. _options.Stages.Select(epochs =>
                    new PruningRun(data.Value, _options, context.Algebra).Run(seed, epochs, cancellationToken)),
            ])).Stages);
        }

        return new PruningReport(stages, _options).Write(Title);
    }
}
