namespace KoopmanMesh.Networks.Surgery;

/// <summary>Which operators an edit may add.</summary>
public enum OperatorProfile
{
    /// <summary>Any of the original's operator set.</summary>
    Any,

    /// <summary>
    /// What tools of the verification competition (VNN-COMP) accept: Gemm, MatMul, Add, Relu, Conv, Flatten, Reshape.
    /// </summary>
    Verifier,
}
