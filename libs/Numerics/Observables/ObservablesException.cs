namespace KoopmanMesh.Numerics.Observables;

/// <summary>
/// Observables that cannot be made as they were asked for: too many, or a text that does not name them.
/// </summary>
public sealed class ObservablesException(string message) : ArgumentException(message);
