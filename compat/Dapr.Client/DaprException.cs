namespace Dapr;

/// <summary>The sidecar refused, failed or could not be reached; the inner exception says which.</summary>
public class DaprException : Exception
{
    /// <summary>An exception with a message.</summary>
    public DaprException(string message)
        : base(message)
    {
    }

    /// <summary>An exception with its cause.</summary>
    public DaprException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
