namespace KoopmanMesh.Networks.Data;

/// <summary>How one stored number is written.</summary>
internal enum ElementKind
{
    UInt8,
    Int8,
    UInt16,
    Int16,
    UInt32,
    Int32,
    UInt64,
    Int64,
    Half,
    Single,
    Double,
}
