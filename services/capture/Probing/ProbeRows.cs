using KoopmanMesh.Capture.Capturing;
using KoopmanMesh.Capture.Runs;
using KoopmanMesh.Networks;
using KoopmanMesh.Networks.Data;
using KoopmanMesh.Run.V1;
using KoopmanMesh.ServiceDefaults.Artifacts;
using KoopmanMesh.ServiceDefaults.Errors;

namespace KoopmanMesh.Capture.Probing;

/// <summary>The first rows of uploaded data, as a network takes them.</summary>
/// <param name="Data">The rows.</param>
/// <param name="Order">How a data row becomes a network input.</param>
internal sealed record ProbeRows(DataSet Data, RowOrder Order)
{
    private const int MostBatchRows = 1024;
    private const long BatchElements = 4 << 20;

    public static ProbeRows Open(
        ArtifactRef? file, DataOptions options, NetworkModel model, IArtifactStore artifacts)
    {
        if (file is null)
        {
            throw new InvalidRequestException("DATA_MISSING", "the request names no data", "data");
        }

        var data = RunInputs.OpenData(file, options, artifacts);
        return new ProbeRows(data, RowOrder.Of(data, model.Input.RowShape, model.Name, options.Layout));
    }

    /// <summary>The options with no more rows than asked for, where a number is asked for.</summary>
    public static DataOptions Limit(DataOptions? options, long rows)
    {
        if (rows < 0)
        {
            throw new InvalidRequestException(
                "ROWS_INVALID", $"rows is {rows}, expected 0 for all or the number of first rows", "rows");
        }

        var limited = options?.Clone() ?? new DataOptions();
        if (rows > 0 && (limited.Limit == 0 || limited.Limit > rows))
        {
            limited.Limit = rows;
        }

        return limited;
    }

    /// <summary>One pass, in batches that keep the inputs near 16 MiB.</summary>
    public RowFeed OpenFeed() => new(
        Data, Order, 0, Data.Rows, (int)Math.Clamp(BatchElements / Data.RowSize, 1, MostBatchRows), 1);
}
