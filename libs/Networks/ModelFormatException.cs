namespace KoopmanMesh.Networks;

/// <summary>The bytes are not a well-formed ONNX model: truncated, random, or inconsistent in themselves.</summary>
public sealed class ModelFormatException : Exception
{
    /// <summary>With a sentence that says what was found and what was expected.</summary>
    public ModelFormatException(string message) : base(message)
    {
    }

    /// <summary>With the error underneath.</summary>
    public ModelFormatException(string message, Exception innerException) : base(message, innerException)
    {
    }
}
