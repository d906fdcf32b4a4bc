using KoopmanMesh.Numerics.Estimators;

namespace KoopmanMesh.Numerics.Catalogue;

/// <summary>
/// Every method by name, with its options and their defaults: what the koopman service and the command line offer.
/// Defaults are read off the estimators themselves.
/// </summary>
public static class EstimatorCatalogue
{
    /// <summary>The method of a request that names none.</summary>
    public const string DefaultMethod = "dmd";

    private static readonly Dictionary<string, EstimatorMethod> _byName = MethodTable.All
        .SelectMany(m => m.Aliases.Prepend(m.Name).Select(name => (name, m)))
        .ToDictionary(pair => pair.name, pair => pair.m, StringComparer.Ordinal);

    /// <summary>All methods, the plain ones first.</summary>
    public static IReadOnlyList<EstimatorMethod> Methods => MethodTable.All;

    /// <summary>The method of a name or alias.</summary>
    /// <exception cref="EstimatorRequestException">There is none.</exception>
    public static EstimatorMethod Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return _byName.TryGetValue(name, out var method)
            ? method
            : throw new EstimatorRequestException(
                "method", $"there is no method {name}; there are {string.Join(", ", Methods.Select(m => m.Name))}");
    }

    /// <summary>The estimator that a request asks for.</summary>
    /// <exception cref="EstimatorRequestException">
    /// There is no such method, or it does not take one of the options or values.
    /// </exception>
    public static IEstimator Create(EstimatorRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return Find(request.Method).With(request.Options);
    }

    /// <summary>The request that makes an equal estimator: all its options, also those at their defaults.</summary>
    /// <exception cref="EstimatorRequestException">The estimator is of no method of this catalogue.</exception>
    public static EstimatorRequest Describe(IEstimator estimator)
    {
        ArgumentNullException.ThrowIfNull(estimator);
        var method = MethodOf(estimator)
            ?? throw new EstimatorRequestException("method", $"the estimator {estimator.Name} is not in the catalogue");
        return method.RequestFor(estimator);
    }

    /// <summary>The plainest method that the estimator is of; null when there is none.</summary>
    internal static EstimatorMethod? MethodOf(IEstimator estimator) => Methods.FirstOrDefault(
        m => m.Prototype.GetType() == estimator.GetType() && m.Prototype.Name == estimator.Name);
}
