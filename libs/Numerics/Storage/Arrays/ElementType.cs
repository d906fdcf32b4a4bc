namespace KoopmanMesh.Numerics.Storage.Arrays;

/// <summary>How one stored number is written.</summary>
internal enum ElementType
{
    UInt8,
    Int8,
    UInt16,
    Int16,
    UInt32,
    Int32,
    UInt64,
    Int64,
    Float16,

    /// <summary>The upper half of a float32.</summary>
    BFloat16,

    Float32,
    Float64,
}
