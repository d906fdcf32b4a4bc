namespace KoopmanMesh.Experiments.Dynamics.Stopping;

/// <summary>E1.2: does the spectrum of the weights say when to stop?</summary>
public sealed class StoppingExperiment : IExperiment
{
    private readonly StoppingOptions _options;
    private readonly Func<ExperimentContext, StoppingOptions, ClassifierSplit> _data;

    /// <summary>On MNIST.</summary>
    public StoppingExperiment()
        : this(new StoppingOptions(), (context, options) => ClassifierSplit.Mnist(context, options.ValidationRows))
    {
    }

    internal StoppingExperiment(
        StoppingOptions options, Func<ExperimentContext, StoppingOptions, ClassifierSplit> data) =>
        (_options, _data) = (options, data);

    /// <inheritdoc/>
    public string Name => "stopping";

    /// <inheritdoc/>
    public string Title => "E1.2: when the spectrum of an MNIST network's weights says to stop (2006.11765)";

    /// <inheritdoc/>
    public bool NeedsMnist => true;

    /// <inheritdoc/>
    public int DefaultSeeds => 10;

    /// <inheritdoc/>
    public ExperimentReport Run(ExperimentContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        var data = new Lazy<ClassifierSplit>(() => _data(context, _options));
        var (results, all) = (new List<StoppingResult>(), context.Seeds * _options.Settings.Count);
        for (var seed = 1; seed <= context.Seeds; seed++)
        {
            foreach (var setting in _options.Settings)
            {
                cancellationToken.ThrowIfCancellationRequested();
                context.Progress?.Report(((double)results.Count / all, $"seed {seed}: {setting.Name}"));
                var key = $"seed-{seed}-{setting.Name.Replace(' ', '-')}";
                results.Add(context.Store.GetOrAdd(key, () =>
                    new StoppingRun(data.Value, _options, context.Algebra).Run(seed, setting, cancellationToken)));
            }
        }

        return new StoppingReport(results, _options).Write(Title);
    }
}
