namespace KoopmanMesh.Networks.Surgery;

/// <summary>An edit that a network or an operator profile does not allow; the message says why.</summary>
public sealed class SurgeryException : Exception
{
    /// <summary>With a sentence that says what was asked for and what could be.</summary>
    public SurgeryException(string message) : base(message)
    {
    }
}
