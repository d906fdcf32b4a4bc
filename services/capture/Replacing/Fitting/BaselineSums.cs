using System.Numerics.Tensors;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Observables;
using KoopmanMesh.Numerics.StandIns;

namespace KoopmanMesh.Capture.Replacing.Fitting;

/// <summary>
/// What the baselines that need no fit know of a region's pairs: the mean of the outputs, and how far the inputs
/// themselves, cut or padded with zeros, are from them.
/// </summary>
/// <param name="before">Width of a region's input.</param>
/// <param name="after">Width of its output.</param>
internal sealed class BaselineSums(int before, int after)
{
    private readonly double[] _sum = new double[after];
    private double _squares;
    private double _skipped;
    private long _rows;

    /// <summary>Adds pairs, [rows, width] row-major.</summary>
    public void Add(ReadOnlySpan<float> x, ReadOnlySpan<float> y, int rows)
    {
        var common = Math.Min(before, after);
        for (var row = 0; row < rows; row++)
        {
            var input = x.Slice(row * before, before);
            var output = y.Slice(row * after, after);
            for (var i = 0; i < after; i++)
            {
                double value = output[i];
                var difference = i < common ? value - input[i] : value;
                _sum[i] += value;
                _squares += value * value;
                _skipped += difference * difference;
            }
        }

        _rows += rows;
    }

    /// <summary>||y - x|| / ||y - mean||.</summary>
    public double SkipError
    {
        get
        {
            var spread = _squares - (TensorPrimitives.SumOfSquares<double>(_sum) / Math.Max(1, _rows));
            return _skipped == 0 ? 0 : Math.Sqrt(_skipped / Math.Max(spread, double.Epsilon));
        }
    }

    /// <summary>y = x, cut or padded with zeros.</summary>
    public StandIn Skip()
    {
        var common = Math.Min(before, after);
        var (right, left) = (new Matrix(before, common), new Matrix(after, common));
        for (var i = 0; i < common; i++)
        {
            right[i, i] = left[i, i] = 1;
        }

        return new StandIn(Dictionary.Identity(before), right, left, new double[after]);
    }

    /// <summary>y = the mean.</summary>
    public StandIn Constant()
    {
        var mean = new double[after];
        TensorPrimitives.Divide(_sum, Math.Max(1, _rows), mean);
        return new StandIn(Dictionary.Identity(before), new Matrix(before, 0), new Matrix(after, 0), mean);
    }
}
