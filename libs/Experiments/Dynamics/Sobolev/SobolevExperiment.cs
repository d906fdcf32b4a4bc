using KoopmanMesh.Experiments.Tables;

namespace KoopmanMesh.Experiments.Dynamics.Sobolev;

/// <summary>E1.4: what negative Sobolev losses recover of a multi-scale signal in large noise.</summary>
public sealed class SobolevExperiment : IExperiment
{
    private readonly SobolevOptions _options;

    /// <summary>As reported.</summary>
    public SobolevExperiment()
        : this(new SobolevOptions())
    {
    }

    internal SobolevExperiment(SobolevOptions options) => _options = options;

    /// <inheritdoc/>
    public string Name => "sobolev";

    /// <inheritdoc/>
    public string Title => "E1.4: negative Sobolev losses on a multi-scale signal in noise (2006.11765)";

    /// <inheritdoc/>
    public bool NeedsMnist => false;

    /// <inheritdoc/>
    public int DefaultSeeds => 10;

    /// <inheritdoc/>
    public ExperimentReport Run(ExperimentContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        var results = new List<SobolevResult>();
        var runs = context.Seeds * _options.NoiseLevels.Count;
        for (var seed = 1; seed <= context.Seeds; seed++)
        {
            foreach (var noise in _options.NoiseLevels)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var level = Percent.Invariant(noise, "0.##");
                context.Progress?.Report(((double)results.Count / runs, $"seed {seed}: noise {level}"));
                results.Add(context.Store.GetOrAdd(
                    $"seed-{seed}-noise-{level}",
                    () => new SobolevSeed(_options, context.Algebra).Run(seed, noise, cancellationToken)));
            }
        }

        context.Progress?.Report((1, "comparing"));
        return new SobolevReport(results, _options).Write(Title);
    }
}
