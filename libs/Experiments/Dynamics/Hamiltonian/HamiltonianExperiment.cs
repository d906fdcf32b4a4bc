namespace KoopmanMesh.Experiments.Dynamics.Hamiltonian;

/// <summary>E3.1: the weights of a Hamiltonian network predicted by Koopman operators of its nodes.</summary>
public sealed class HamiltonianExperiment : IExperiment
{
    private readonly HamiltonianOptions _options;

    /// <summary>As published.</summary>
    public HamiltonianExperiment() : this(new HamiltonianOptions())
    {
    }

    internal HamiltonianExperiment(HamiltonianOptions options) => _options = options;

    /// <inheritdoc/>
    public string Name => "hamiltonian";

    /// <inheritdoc/>
    public string Title => "E3.1: Koopman training of a Hamiltonian network (Dogra and Redman, NeurIPS 2020)";

    /// <inheritdoc/>
    public bool NeedsMnist => false;

    /// <inheritdoc/>
    public int DefaultSeeds => 25;

    /// <inheritdoc/>
    public ExperimentReport Run(ExperimentContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        var results = new List<HamiltonianResult>();
        var (run, all) = (new HamiltonianRun(_options, context.Algebra), context.Seeds * _options.Optimizers.Count);
        for (var seed = 1; seed <= context.Seeds; seed++)
        {
            for (var o = 0; o < _options.Optimizers.Count; o++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var optimizer = _options.Optimizers[o];
                context.Progress?.Report(((double)results.Count / all, $"seed {seed}: {optimizer.Name}"));
                results.Add(context.Store.GetOrAdd(
                    $"{o}-{seed}", () => run.Run(seed, optimizer, cancellationToken)));
            }
        }

        return new HamiltonianReport(results, _options).Write(Title);
    }
}
