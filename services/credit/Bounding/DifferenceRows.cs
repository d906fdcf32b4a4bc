using System.Numerics.Tensors;
using KoopmanMesh.Contracts.Tensors;
using KoopmanMesh.Credit.V1;
using KoopmanMesh.ServiceDefaults.Errors;

namespace KoopmanMesh.Credit.Bounding;

/// <summary>The differences that were seen on rows, as they come: checked, and kept by what the rows are for.</summary>
/// <param name="regions">Numbers a row beside that of the output.</param>
internal sealed class DifferenceRows(int regions)
{
    private const long MostRows = 10_000_000;
    private const long MostNumbers = 1L << 26;
    private const int MostChunkBytes = 1 << 20;

    private long _rows;

    public CalibrationRows Calibration { get; } = new(regions);

    public TestRows Test { get; } = new(regions);

    public void Add(DifferenceChunk chunk)
    {
        var use = chunk.Use switch
        {
            RowUse.Calibration => "calibration",
            RowUse.Test => "test",
            _ => throw Invalid("use", $"is {(int)chunk.Use}, expected CALIBRATION (1) or TEST (2)"),
        };
        CheckSize(chunk);
        var count = (long)chunk.Rows;
        var first = chunk.Use == RowUse.Test ? Test.Rows : Calibration.Rows;
        var byRegion = TensorCodec.View<float>(chunk.Regions, count * regions, "differences.regions");
        var output = TensorCodec.View<float>(chunk.Output, count, "differences.output");
        var norm = TensorCodec.View<float>(chunk.OutputNorm, count, "differences.output_norm");
        RequireDistances(byRegion, regions, first, "regions", use);
        RequireDistances(output, 1, first, "output", use);
        RequireDistances(norm, 1, first, "output_norm", use);
        RequireFlips(chunk.Flips.Span, chunk.Rows);
        if (chunk.Use == RowUse.Test)
        {
            Test.Add(byRegion, output, norm, chunk.Flips.Span);
        }
        else
        {
            Calibration.Add(byRegion, output);
        }

        _rows += count;
    }

    private void CheckSize(DifferenceChunk chunk)
    {
        var bytes = (long)chunk.Regions.Length + chunk.Output.Length + chunk.OutputNorm.Length + chunk.Flips.Length;
        if (bytes > MostChunkBytes)
        {
            throw Invalid("regions", $"and the other bytes are {bytes}, expected at most {MostChunkBytes} together");
        }

        if (chunk.Rows < 1)
        {
            throw Invalid("rows", $"is {chunk.Rows}, expected at least 1");
        }

        var most = Math.Min(MostRows, MostNumbers / (regions + 1));
        if (_rows + chunk.Rows > most)
        {
            throw new CapacityException(
                "TOO_MANY_ROWS",
                $"the differences of {_rows + chunk.Rows} rows came, of {regions} regions each; allowed are {most}");
        }
    }

    // Written so that a NaN is refused too; infinity says that a network overflowed, and bounds say so then.
    private static void RequireDistances(ReadOnlySpan<float> values, int width, long first, string field, string use)
    {
        if (values.IsEmpty || TensorPrimitives.Min(values) >= 0)
        {
            return;
        }

        for (var i = 0; i < values.Length; i++)
        {
            if (!(values[i] >= 0))
            {
                throw Invalid(
                    field,
                    FormattableString.Invariant($"holds {values[i]} at {use} row {first + (i / width)}, ")
                    + "expected differences of at least 0");
            }
        }
    }

    private static void RequireFlips(ReadOnlySpan<byte> flips, int rows)
    {
        if (flips.Length != 0 && flips.Length != rows)
        {
            throw Invalid("flips", $"has {flips.Length} bytes, expected {rows}, or none");
        }

        if (flips.IndexOfAnyExceptInRange((byte)0, (byte)1) is >= 0 and var wrong)
        {
            throw Invalid("flips", $"holds {flips[wrong]}, expected 0 or 1");
        }
    }

    private static InvalidRequestException Invalid(string field, string problem) =>
        new("DIFFERENCES_INVALID", $"differences.{field} {problem}", $"differences.{field}");
}
