namespace KoopmanMesh.Networks.Data;

/// <summary>
/// The format a data set was recognised as; gzip around any of them is told by <see cref="DataSet.Compressed"/>.
/// </summary>
public enum DataFormat
{
    /// <summary>LeCun's IDX: big-endian, dimensions in the header.</summary>
    Idx,

    /// <summary>NumPy's NPY, versions 1 to 3.</summary>
    Npy,

    /// <summary>Numbers as text, separated by comma, semicolon, tab or blanks, with or without a header line.</summary>
    Csv,
}
