using KoopmanMesh.Numerics.Estimators;

namespace KoopmanMesh.Numerics.Catalogue;

/// <summary>One entry of the <see cref="EstimatorCatalogue"/>.</summary>
public sealed class EstimatorMethod
{
    internal EstimatorMethod(IEstimator prototype, string name, params IReadOnlyList<string> aliases) =>
        (Prototype, Name, Aliases) = (prototype, name, aliases);

    /// <summary>Lower case with hyphens.</summary>
    public string Name { get; }

    /// <summary>Other names it answers to.</summary>
    public IReadOnlyList<string> Aliases { get; }

    /// <summary>One sentence.</summary>
    public required string Summary { get; init; }

    /// <summary>The paper.</summary>
    public required string Source { get; init; }

    /// <summary>What the method takes.</summary>
    public required IReadOnlyList<EstimatorOption> Options { get; init; }

    /// <summary>True when pairs make no sense to it.</summary>
    public bool NeedsTrajectories { get; init; }

    /// <summary>True when it fits in time, so that snapshots need not be evenly spaced.</summary>
    public bool TakesTimes { get; init; }

    /// <summary>True when it needs only second moments of pairs, so that data can stream by and be merged.</summary>
    public bool Streams => Prototype is PairEstimator;

    /// <summary>True when it needs inputs, and only then may there be any.</summary>
    public bool TakesInputs => Prototype is PairEstimator { TakesInputs: true };

    /// <summary>The method with its defaults.</summary>
    public IEstimator Prototype { get; }

    /// <summary>The method with other options.</summary>
    /// <exception cref="EstimatorRequestException">It takes no such option or no such value.</exception>
    public IEstimator With(IReadOnlyDictionary<string, string> options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var estimator = Prototype;
        foreach (var name in options.Keys.Order(StringComparer.Ordinal))
        {
            estimator = Find(name).Apply(estimator, options[name]);
        }

        return estimator;
    }

    /// <summary>The request that makes an equal estimator: all options, also those at their defaults.</summary>
    public EstimatorRequest RequestFor(IEstimator estimator) =>
        new(Name, Options.ToDictionary(o => o.Name, o => o.ValueOf(estimator), StringComparer.Ordinal));

    private EstimatorOption Find(string name) => Options.FirstOrDefault(o => o.Name == name)
        ?? throw new EstimatorRequestException(
            name,
            $"the method {Name} takes no option {name}; it takes {string.Join(", ", Options.Select(o => o.Name))}");
}
