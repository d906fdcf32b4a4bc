namespace KoopmanMesh.Networks;

/// <summary>
/// The model is well-formed ONNX, but something in it is outside what can be analysed; the message names it.
/// </summary>
public sealed class UnsupportedModelException : Exception
{
    /// <summary>With a sentence that names what is not supported and what is.</summary>
    public UnsupportedModelException(string message) : base(message)
    {
    }

    /// <summary>With the error underneath.</summary>
    public UnsupportedModelException(string message, Exception innerException) : base(message, innerException)
    {
    }
}
