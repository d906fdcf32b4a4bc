namespace KoopmanMesh.Numerics.Catalogue;

/// <summary>No method has this name, or it does not take such an option or such a value.</summary>
/// <param name="option">The option, e.g. "rank"; "method" for the method itself.</param>
/// <param name="message">One sentence.</param>
/// <param name="cause">What refused the value.</param>
public sealed class EstimatorRequestException(string option, string message, Exception? cause = null)
    : Exception(message, cause)
{
    /// <summary>The option, e.g. "rank"; "method" for the method itself.</summary>
    public string Option { get; } = option;
}
