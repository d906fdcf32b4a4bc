using System.Numerics.Tensors;
using KoopmanMesh.Networks.Execution;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.ServiceDefaults.Errors;

namespace KoopmanMesh.Capture.Capturing;

/// <summary>
/// Turns a captured batch into the snapshots of every cut: checked, and compressed where the cut is wide.
/// </summary>
internal sealed class CutProjector(IReadOnlyList<Cut> cuts, ILinearAlgebra algebra)
{
    private readonly float[][] _compressed = [.. cuts.Select(_ => Array.Empty<float>())];
    private readonly double[] _energy = new double[cuts.Count];
    private readonly double[] _kept = new double[cuts.Count];

    /// <summary>Share of each cut's energy about its mean that compression lost.</summary>
    public IReadOnlyList<double> EnergyLost =>
        [.. _energy.Zip(_kept, (all, kept) => all > 0 ? Math.Clamp(1 - (kept / all), 0, 1) : 0)];

    /// <summary>
    /// The snapshots at each cut, [rows, width] row-major; valid as long as the batch and until the next call.
    /// </summary>
    /// <exception cref="NonFiniteActivationException">A value is NaN or infinite.</exception>
    public ReadOnlyMemory<float>[] Project(NetworkBatch batch, long firstRow)
    {
        var snapshots = new ReadOnlyMemory<float>[cuts.Count];
        for (var i = 0; i < cuts.Count; i++)
        {
            var values = batch[cuts[i].Layout.Name];
            if (!TensorPrimitives.IsFiniteAll(values.Span))
            {
                throw NotFinite(cuts[i], values.Span, firstRow);
            }

            snapshots[i] = cuts[i].Compression is null ? values : Compress(i, values.Span, batch.Count);
        }

        return snapshots;
    }

    private ReadOnlyMemory<float> Compress(int cut, ReadOnlySpan<float> values, int rows)
    {
        var basis = cuts[cut].Compression!;
        if (_compressed[cut].Length < rows * basis.Rank)
        {
            _compressed[cut] = new float[rows * basis.Rank];
        }

        var target = _compressed[cut].AsMemory(0, rows * basis.Rank);
        basis.Project(values, rows, target.Span, algebra);
        var mean = new float[cuts[cut].Layout.Width];
        TensorPrimitives.ConvertTruncating<double, float>(basis.Mean, mean);
        for (var row = 0; row < rows; row++)
        {
            var distance = TensorPrimitives.Distance(values.Slice(row * mean.Length, mean.Length), mean);
            _energy[cut] += (double)distance * distance;
        }

        _kept[cut] += TensorPrimitives.SumOfSquares<float>(target.Span);
        return target;
    }

    private static NonFiniteActivationException NotFinite(Cut cut, ReadOnlySpan<float> values, long firstRow)
    {
        var at = 0;
        while (float.IsFinite(values[at]))
        {
            at++;
        }

        var width = cut.Layout.Width;
        return new NonFiniteActivationException(cut.Layout.Name, firstRow + (at / width), at % width, values[at]);
    }
}
