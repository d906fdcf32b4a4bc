using System.Numerics.Tensors;

using KoopmanMesh.Numerics.Accumulation;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Fitting;

/// <summary>Products with blocks of a joint scatter where they lie: leading dimensions instead of copies.</summary>
internal static class MomentBlocks
{
    /// <summary>Throws unless widths, mean and scatter agree and all numbers are finite.</summary>
    public static void Check(PairMoments moments, string what)
    {
        ArgumentNullException.ThrowIfNull(moments);
        var joint = moments.BeforeWidth + moments.AfterWidth;
        Guard.Length(moments.Mean.Length, joint, $"the mean of {what}");
        Guard.Shape(moments.Scatter, joint, joint, $"the scatter of {what}");
        Guard.Finite(moments.Mean, $"the mean of {what}");
        Guard.Finite(moments.Scatter, $"the scatter of {what}");
        if (!(moments.Count > 0))
        {
            throw new ArgumentException(
                $"{what} hold {moments.Count} snapshots, at least one was expected", nameof(moments));
        }
    }

    /// <summary>Sxx B, n × r, for B n × r.</summary>
    public static Matrix BeforeTimes(PairMoments moments, Matrix b, ILinearAlgebra la) =>
        BlockTimes(moments, 0, moments.BeforeWidth, b, la);

    /// <summary>Syx B, p × r, for B n × r.</summary>
    public static Matrix CrossTimes(PairMoments moments, Matrix b, ILinearAlgebra la) =>
        BlockTimes(moments, moments.BeforeWidth, moments.AfterWidth, b, la);

    /// <summary>B' Sxx B, r × r, made exactly symmetric.</summary>
    public static Matrix BeforeForm(PairMoments moments, Matrix b, ILinearAlgebra la)
    {
        var form = la.Multiply(b, BeforeTimes(moments, b, la), transposeA: true);
        for (var j = 0; j < form.Columns; j++)
        {
            for (var i = 0; i < j; i++)
            {
                form[i, j] = form[j, i] = 0.5 * (form[i, j] + form[j, i]);
            }
        }

        return form;
    }

    /// <summary>tr Syy: sum of ||y - mean||^2.</summary>
    public static double AfterEnergy(PairMoments moments)
    {
        var sum = 0.0;
        for (var i = moments.BeforeWidth; i < moments.Scatter.Rows; i++)
        {
            sum += moments.Scatter[i, i];
        }

        return sum;
    }

    /// <summary>mean(y) - G U' mean(x).</summary>
    public static double[] Offset(
        ReadOnlySpan<double> mean, Matrix basis, Matrix reducedSlope, ILinearAlgebra la)
    {
        var mapped = la.Multiply(reducedSlope, la.Multiply(basis, mean[..basis.Rows], transposeA: true));
        TensorPrimitives.Subtract(mean[basis.Rows..], mapped, mapped);
        return mapped;
    }

    private static Matrix BlockTimes(PairMoments moments, int row, int rows, Matrix b, ILinearAlgebra la)
    {
        var result = new Matrix(rows, b.Columns);
        var joint = moments.Scatter.Rows;
        if (rows > 0 && b.Columns > 0 && b.Rows > 0)
        {
            la.Gemm(
                false, false, rows, b.Columns, b.Rows, 1, moments.Scatter.AsSpan()[row..], joint, b.AsSpan(), b.Rows,
                0, result.AsSpan(), rows);
        }

        return result;
    }
}
