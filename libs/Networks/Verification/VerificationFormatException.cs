namespace KoopmanMesh.Networks.Verification;

/// <summary>A property or counterexample that can't be read or written; the message says where and why.</summary>
public sealed class VerificationFormatException : Exception
{
    /// <summary>With one sentence.</summary>
    public VerificationFormatException(string message) : base(message)
    {
    }

    internal VerificationFormatException(SourceToken at, string expected)
        : base($"line {at.Line}, column {at.Column}: got {at}, expected {expected}")
    {
    }
}
