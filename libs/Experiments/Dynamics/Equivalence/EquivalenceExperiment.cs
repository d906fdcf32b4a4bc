using KoopmanMesh.Experiments.Dynamics.Trials;

namespace KoopmanMesh.Experiments.Dynamics.Equivalence;

/// <summary>S3: do networks of different widths train alike, by their Koopman spectra?</summary>
public sealed class EquivalenceExperiment : IExperiment
{
    private readonly EquivalenceOptions _options;
    private readonly Func<ExperimentContext, ClassifierTask> _task;

    /// <summary>As published.</summary>
    public EquivalenceExperiment()
        : this(new EquivalenceOptions(), context => ClassifierTask.Mnist(context, [784, 10, 10]))
    {
    }

    internal EquivalenceExperiment(EquivalenceOptions options, Func<ExperimentContext, ClassifierTask> task) =>
        (_options, _task) = (options, task);

    /// <inheritdoc/>
    public string Name => "equivalence";

    /// <inheritdoc/>
    public string Title => "S3: equivalent training dynamics by Koopman spectra (Redman et al., NeurIPS 2024)";

    /// <inheritdoc/>
    public bool NeedsMnist => true;

    /// <inheritdoc/>
    public int DefaultSeeds => 25;

    /// <inheritdoc/>
    public ExperimentReport Run(ExperimentContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        var task = new Lazy<ClassifierTask>(() => _task(context));
        var results = new List<EquivalenceResult>();
        for (var seed = 1; seed <= context.Seeds; seed++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var done = (seed - 1.0) / context.Seeds;
            results.Add(context.Store.GetOrAdd($"seed-{seed}", () =>
                new EquivalenceSeed(task.Value, _options, context.Algebra).Run(
                    seed, name => context.Progress?.Report((done, $"seed {seed}: {name}")), cancellationToken)));
        }

        context.Progress?.Report((1, "comparing"));
        return new EquivalenceReport(results, _options, context.Algebra).Write(Title);
    }
}
