namespace KoopmanMesh.Networks.Lowering;

/// <summary>
/// A network holds an operator that is neither affine nor a kink; the message names it, its node and what is on the
/// list.
/// </summary>
public sealed class UnloweredOperatorException : Exception
{
    /// <summary>With the operator, its node, and the whole sentence.</summary>
    public UnloweredOperatorException(string operatorName, string node, string message) : base(message)
    {
        (Operator, Node) = (operatorName, node);
    }

    /// <summary>The ONNX operator.</summary>
    public string Operator { get; }

    /// <summary>The node's name in the graph.</summary>
    public string Node { get; }
}
