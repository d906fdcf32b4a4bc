using System.Numerics.Tensors;

using KoopmanMesh.Numerics.Estimators;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Storage;

namespace KoopmanMesh.Numerics.Accumulation;

/// <summary>
/// Joint products of pairs of q stacked states at the cost of their lags. Pairs that come in long runs of steady size
/// go into <see cref="LagSums"/>; others, and those that grow or decay so fast that differences of sums would cost
/// them digits, into products of [x; z_(k+1)], the only rows of a pair that are not there twice. Which way a chunk
/// goes is read off its numbers; both ways add up.
/// </summary>
internal sealed class DelayBlock(int width, int delays) : IProductBlock
{
    // Pairs a run has on average from which two corrections at its ends are cheaper than products.
    private const int ShortestRun = 4;

    // Energies of one feature at the lags of a chunk differ at most by this factor, or a digit and more would cancel.
    private const double Steady = 10;

    private readonly int _order = width * delays;
    private LagSums? _lags;
    private GramBlock? _direct;
    private bool _hasLags;
    private bool _hasDirect;

    /// <summary>Whether an archive holds a block of this shape.</summary>
    public static bool IsIn(TensorArchive archive, string prefix, int width, int delays)
    {
        var (lags, direct) = ($"{prefix}lags.high", $"{prefix}direct.high");
        return (archive.Contains(lags) || archive.Contains(direct))
            && (!archive.Contains(lags)
                || archive.ShapeOf(lags) is [var length] && length == LagSums.Length(width, delays))
            && (!archive.Contains(direct)
                || archive.ShapeOf(direct) is [var packed] && packed == PackedUpper.Length(width * (delays + 1)));
    }

    public void Fold(Matrix pairs, double weight, ILinearAlgebra la)
    {
        var starts = Starts(pairs);
        if ((long)ShortestRun * starts.Count <= pairs.Columns && IsSteady(pairs))
        {
            Lags().Fold(pairs, starts, weight, la);
        }
        else
        {
            Direct().Fold(pairs, weight, la);
        }
    }

    public void Merge(ISummaryBlock other, double weight, ILinearAlgebra la)
    {
        var from = (DelayBlock)other;
        if (from._hasLags)
        {
            Lags().Merge(from._lags!, weight, la);
        }

        if (from._hasDirect)
        {
            Direct().Merge(from._direct!, weight, la);
        }
    }

    public Matrix Products(ILinearAlgebra la)
    {
        var stacked = Stacked(la);
        return delays == 1 ? stacked : Unfold(stacked);
    }

    /// <summary>Without the joint products, of which half are there twice.</summary>
    public ISecondMoments Moments(long count, ILinearAlgebra la)
    {
        var stacked = Stacked(la);
        var first = new Matrix(width, width + _order);
        JointFactor.Part(stacked, _order, _order, width, width).AsSpan().CopyTo(first.AsSpan());
        JointFactor.Part(stacked, _order, 0, width, _order).AsSpan().CopyTo(first.AsSpan()[(width * width)..]);
        return new DelayProducts(JointFactor.Part(stacked, 0, 0, _order, _order), first, count);
    }

    public void Clear()
    {
        _lags?.Clear();
        _direct?.Clear();
        (_hasLags, _hasDirect) = (false, false);
    }

    public void Store(TensorArchive archive, string prefix)
    {
        if (_hasLags)
        {
            _lags!.Store(archive, $"{prefix}lags.");
        }

        if (_hasDirect)
        {
            _direct!.Store(archive, $"{prefix}direct.");
        }
    }

    public void Load(TensorArchive archive, string prefix)
    {
        if (archive.Contains($"{prefix}lags.high"))
        {
            Lags().Load(archive, $"{prefix}lags.");
        }

        if (archive.Contains($"{prefix}direct.high"))
        {
            Direct().Load(archive, $"{prefix}direct.");
        }
    }

    /// <summary>Products of [x; z_(k+1)], both triangles.</summary>
    private Matrix Stacked(ILinearAlgebra la)
    {
        var all = _order + width;
        var upper = _hasLags ? _lags!.Upper(la) : new Matrix(all, all);
        if (_hasDirect)
        {
            _direct!.AddUpperTo(upper);
        }

        LinearAlgebraExtensions.MirrorUpper(upper);
        return upper;
    }

    // What a cleared block no longer uses gives way to what it does use.
    private LagSums Lags()
    {
        _direct = _hasDirect ? _direct : null;
        _hasLags = true;
        return _lags ??= new LagSums(width, delays);
    }

    private GramBlock Direct()
    {
        _lags = _hasLags ? _lags : null;
        _hasDirect = true;
        return _direct ??= new GramBlock(_order + width);
    }

    /// <summary>Columns where a run begins: those that do not go on from the column before.</summary>
    private List<int> Starts(Matrix pairs)
    {
        var starts = new List<int>();
        for (var j = 0; j < pairs.Columns; j++)
        {
            if (j == 0 || !pairs.Column(j)[.._order].SequenceEqual(pairs.Column(j - 1)[_order..]))
            {
                starts.Add(j);
            }
        }

        return starts;
    }

    private bool IsSteady(Matrix pairs)
    {
        var energies = new double[_order + width];
        for (var j = 0; j < pairs.Columns; j++)
        {
            var g = pairs.Column(j)[..energies.Length];
            TensorPrimitives.MultiplyAdd(g, g, energies, energies);
        }

        for (var f = 0; f < width; f++)
        {
            var (least, most) = (double.MaxValue, 0.0);
            for (var i = f; i < energies.Length; i += width)
            {
                (least, most) = (Math.Min(least, energies[i]), Math.Max(most, energies[i]));
            }

            if (!(most <= Steady * least))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>From [x; z_(k+1)] to [x; y], whose last rows are the first of x once more.</summary>
    private Matrix Unfold(Matrix products)
    {
        var joint = new Matrix(2 * _order, 2 * _order);
        for (var j = 0; j < joint.Columns; j++)
        {
            var from = products.Column(j < products.Columns ? j : j - products.Columns);
            var column = joint.Column(j);
            from.CopyTo(column);
            from[..(_order - width)].CopyTo(column[from.Length..]);
        }

        return joint;
    }
}
