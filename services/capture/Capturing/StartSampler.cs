using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Run.V1;

namespace KoopmanMesh.Capture.Capturing;

/// <summary>Keeps every stride-th snapshot at each component's input: where its self-iteration starts.</summary>
internal sealed class StartSampler
{
    // The spectrum of a wide component costs the cube of its rank; fewer rows determine what a capped rank can hold.
    private const int WideComponent = 256;
    private const int WideRows = 512;

    private readonly IReadOnlyList<Cut> _cuts;
    private readonly long[] _strides;
    private readonly int[] _limits;
    private readonly List<float>[] _starts;

    /// <param name="cuts">Boundaries of the chain.</param>
    /// <param name="totalRows">Rows of the run.</param>
    /// <param name="options">Rows wanted.</param>
    public StartSampler(IReadOnlyList<Cut> cuts, long totalRows, AnalysisOptions options)
    {
        _cuts = cuts;
        _limits =
        [
            .. cuts.Zip(cuts.Skip(1), (before, after) => Math.Max(before.Width, after.Width) > WideComponent
                ? Math.Min(WideRows, options.SpectrumRows)
                : options.SpectrumRows),
        ];
        _strides = [.. _limits.Select(limit => Math.Max(1, (totalRows + limit - 1) / limit))];
        _starts = [.. _limits.Select(_ => new List<float>())];
    }

    /// <summary>Looks at a batch of one component's inputs.</summary>
    /// <param name="component">Which.</param>
    /// <param name="firstRow">Row of the data set the batch begins with.</param>
    /// <param name="before">[rows, n] row-major.</param>
    public void Take(int component, long firstRow, ReadOnlySpan<float> before)
    {
        var (width, stride) = (_cuts[component].Width, _strides[component]);
        var rows = before.Length / width;
        for (var i = (stride - (firstRow % stride)) % stride; i < rows; i += stride)
        {
            _starts[component].AddRange(before.Slice((int)i * width, width));
        }
    }

    /// <summary>What was kept of one component's inputs, n × M.</summary>
    public Matrix Starts(int component)
    {
        var width = _cuts[component].Width;
        var matrix = new Matrix(width, _starts[component].Count / width);
        System.Numerics.Tensors.TensorPrimitives.ConvertTruncating<float, double>(
            System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_starts[component]), matrix.AsSpan());
        return matrix;
    }
}
