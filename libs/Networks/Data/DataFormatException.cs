namespace KoopmanMesh.Networks.Data;

/// <summary>
/// A data set or label file that can't be read as what it claims to be; the message is one sentence for the user.
/// </summary>
public sealed class DataFormatException : Exception
{
    /// <summary>With its sentence.</summary>
    public DataFormatException(string message) : base(message)
    {
    }

    /// <summary>With its sentence and what was caught.</summary>
    public DataFormatException(string message, Exception innerException) : base(message, innerException)
    {
    }
}
