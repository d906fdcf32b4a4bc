using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using KoopmanMesh.Credit.V1;
using KoopmanMesh.Numerics.Statistics;

namespace KoopmanMesh.Credit.Bounding;

/// <summary>Differences on the rows that calibrate the conformal bound: O(rows * (regions + 1)) memory.</summary>
/// <param name="regions">Regions of a row.</param>
internal sealed class CalibrationRows(int regions)
{
    private readonly List<float>[] _regions = [.. Enumerable.Range(0, regions).Select(_ => new List<float>())];
    private readonly List<float> _output = [];

    public int Rows => _output.Count;

    /// <summary>The next rows; <paramref name="byRegion"/> is [rows, regions].</summary>
    public void Add(ReadOnlySpan<float> byRegion, ReadOnlySpan<float> output)
    {
        for (var i = 0; i < byRegion.Length; i++)
        {
            _regions[i % regions].Add(byRegion[i]);
        }

        _output.AddRange(output);
    }

    /// <summary>The bound at <paramref name="alpha"/>, or why there is none.</summary>
    public ConformalBound Bound(double alpha)
    {
        var bound = new ConformalBound { Alpha = alpha, Rows = Rows };
        bound.Order = ConformalQuantile.Order(Rows, alpha);
        if (bound.Order > Rows)
        {
            bound.Refusal = new TooFewRowsException(Rows, ConformalQuantile.FewestRows(alpha), alpha).Message;
            return bound;
        }

        bound.Output = Quantile(_output, alpha);
        bound.Regions.Add(_regions.Select(scores => Quantile(scores, alpha)));
        bound.Assumptions.Add(Assumptions.Conformal(alpha));
        return bound;
    }

    private static double Quantile(List<float> scores, double alpha)
    {
        var values = new double[scores.Count];
        TensorPrimitives.ConvertTruncating<float, double>(CollectionsMarshal.AsSpan(scores), values);
        return ConformalQuantile.Of(values, alpha);
    }
}
