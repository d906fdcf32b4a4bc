namespace KoopmanMesh.Networks.Data;

/// <summary>One forward pass over a data set's rows, scaled to float32.</summary>
internal interface IRowDecoder : IDisposable
{
    /// <summary>Passes over rows that are known to exist.</summary>
    void Skip(long rows);

    /// <summary>Fills whole rows that are known to exist; throws when the source ends first.</summary>
    void Read(Span<float> rows);

    /// <summary>After the last row: throws when the source goes on.</summary>
    void RequireEnd();
}
