namespace KoopmanMesh.Numerics.Catalogue;

/// <summary>
/// A method by name with its options as text: what the command line, gRPC and operator files have in common. An option
/// left out has the method's default.
/// </summary>
/// <param name="Method">A name or alias of the <see cref="EstimatorCatalogue"/>.</param>
/// <param name="Options">Values by the names of <see cref="EstimatorMethod.Options"/>.</param>
public sealed record EstimatorRequest(string Method, IReadOnlyDictionary<string, string> Options)
{
    /// <summary>A method with its defaults.</summary>
    public static EstimatorRequest Of(string method) => new(method, new Dictionary<string, string>());
}
