namespace KoopmanMesh.Numerics.Storage;

/// <summary>What a stored tensor's elements are.</summary>
public enum TensorType
{
    /// <summary>float32, 4 bytes.</summary>
    F32,

    /// <summary>float64, 8 bytes.</summary>
    F64,

    /// <summary>int64, 8 bytes.</summary>
    I64,

    /// <summary>Unsigned bytes: masks.</summary>
    U8,
}
