using KoopmanMesh.Experiments.Dynamics.Trials;

namespace KoopmanMesh.Experiments.Dynamics.MnistForecast;

/// <summary>E3.2: the weights of an MNIST network predicted an epoch ahead, under the noise of minibatches.</summary>
public sealed class MnistForecastExperiment : IExperiment
{
    private readonly MnistForecastOptions _options;
    private readonly Func<ExperimentContext, ClassifierTask> _task;

    /// <summary>As re-implemented.</summary>
    public MnistForecastExperiment()
        : this(new MnistForecastOptions(), context => ClassifierTask.Mnist(context, new MnistForecastOptions().Widths))
    {
    }

    internal MnistForecastExperiment(MnistForecastOptions options, Func<ExperimentContext, ClassifierTask> task) =>
        (_options, _task) = (options, task);

    /// <inheritdoc/>
    public string Name => "mnist-forecast";

    /// <inheritdoc/>
    public string Title => "E3.2: Koopman training of an MNIST network (Dogra and Redman, NeurIPS 2020)";

    /// <inheritdoc/>
    public bool NeedsMnist => true;

    /// <inheritdoc/>
    public int DefaultSeeds => 10;

    /// <inheritdoc/>
    public ExperimentReport Run(ExperimentContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        var task = new Lazy<ClassifierTask>(() => _task(context));
        var results = new List<MnistForecastResult>();
        for (var seed = 1; seed <= context.Seeds; seed++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var done = (seed - 1.0) / context.Seeds;
            results.Add(context.Store.GetOrAdd($"seed-{seed}", () =>
                new MnistForecastRun(task.Value, _options, context.Algebra).Run(
                    seed, what => context.Progress?.Report((done, $"seed {seed}: {what}")), cancellationToken)));
        }

        return new MnistForecastReport(results, _options).Write(Title);
    }
}
