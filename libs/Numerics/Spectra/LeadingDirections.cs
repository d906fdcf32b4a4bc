using System.Numerics.Tensors;

using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Spectra;

/// <summary>
/// The leading few of many directions by a block Krylov method with full orthogonalisation (Golub and Van Loan 2013,
/// section 10.3; the next block is the residuals of the wanted pairs): products with thin blocks instead of a full
/// decomposition. Every pair that is returned has a residual at the level of round-off, as a full decomposition's
/// would; when the spectrum falls too slowly for that within a few blocks there is no answer, and the caller decomposes
/// in full.
/// </summary>
internal sealed class LeadingDirections
{
    private const int Extra = 8;
    private const int MostBlocks = 8;
    private const int Seed = 20_110_615;

    // Up to here a tridiagonal reduction takes no longer than many blocks.
    private const int SmallOrder = 1024;

    private readonly Matrix _operator;
    private readonly bool _symmetric;
    private readonly ILinearAlgebra _la;
    private Matrix _basis;
    private Matrix _image;

    private LeadingDirections(Matrix source, bool symmetric, ILinearAlgebra la)
    {
        (_operator, _symmetric, _la) = (source, symmetric, la);
        (_basis, _image) = (new Matrix(source.Columns, 0), new Matrix(source.Rows, 0));
    }

    /// <summary>Whether <paramref name="count"/> of n are few enough for this to be worth a try.</summary>
    public static bool AreFew(int count, int n) => MostBlocks / 2 * (count + Extra) <= n / 2;

    /// <summary>
    /// Largest singular values of R (p × n), descending, and right singular vectors n × <paramref name="count"/>, or
    /// null. ||R' (R u / s) - s u|| ≤ 8 sqrt(n) eps s_1. O(p n count) a block.
    /// </summary>
    public static (double[] S, Matrix U)? OfFactor(Matrix r, int count, ILinearAlgebra la)
    {
        var n = r.Columns;
        var width = Math.Min(count + Extra, n);
        return new LeadingDirections(r, symmetric: false, la).Find(
            count, n > SmallOrder ? SeededNormal.Matrix(n, width, Seed) : Guess(r, width, la));
    }

    /// <summary>
    /// Largest eigenvalues of a positive semidefinite matrix (both triangles are read), descending, and eigenvectors
    /// n × <paramref name="count"/>, or null. ||G u - theta u|| ≤ 8 sqrt(n) eps theta_1. O(n^2 count) a block.
    /// </summary>
    public static (double[] Values, Matrix U)? OfGram(Matrix gram, int count, ILinearAlgebra la) =>
        new LeadingDirections(gram, symmetric: true, la).Find(
            count, SeededNormal.Matrix(gram.Rows, Math.Min(count + Extra, gram.Rows), Seed));

    /// <summary>
    /// Eigenvectors of R'R, right to half the digits, however slowly the spectrum falls: a first block.
    /// </summary>
    private static Matrix Guess(Matrix r, int width, ILinearAlgebra la)
    {
        var scale = Guard.LargestMagnitude(r.AsSpan());
        var safe = new Matrix(r.Rows, r.Columns);
        TensorPrimitives.Divide(r.AsSpan(), scale > 0 ? scale : 1, safe.AsSpan());
        return la.LeadingSymmetricEigen(la.Times(safe, safe, transposeA: true), width).Vectors;
    }

    private (double[], Matrix)? Find(int count, Matrix next)
    {
        var (n, width) = (_operator.Columns, next.Columns);
        for (var block = 0; block < MostBlocks && _basis.Columns + next.Columns <= n; block++)
        {
            Extend(next);
            var (values, vectors, residuals) = Ritz(Math.Min(width, _basis.Columns));
            var tolerance = 8 * Math.Sqrt(n) * Rounding.Unit * values[0];
            var open = Open(residuals, tolerance);
            if (open.Count == 0 || open[0] >= count)
            {
                return (values[..count], vectors.SelectColumns(0, count));
            }

            next = Select(residuals, open);
        }

        return null;
    }

    /// <summary>Appends the part of <paramref name="block"/> that is new, and what the operator does to it.</summary>
    private void Extend(Matrix block)
    {
        // Twice: what a projection leaves of nearly dependent columns is rounding, which is not orthogonal to anything.
        for (var pass = 0; pass < 2; pass++)
        {
            if (_basis.Columns > 0)
            {
                var inside = _la.Times(_basis, _la.Times(_basis, block, transposeA: true));
                TensorPrimitives.Subtract(block.AsSpan(), inside.AsSpan(), block.AsSpan());
            }

            block = _la.ThinQr(block).Q;
        }

        (_basis, _image) = (Join(_basis, block), Join(_image, _la.Times(_operator, block)));
    }

    /// <summary>Rayleigh-Ritz: the best pairs within the basis, and what they lack.</summary>
    private (double[] Values, Matrix Vectors, Matrix Residuals) Ritz(int wanted)
    {
        if (_symmetric)
        {
            var (theta, y) = _la.SymmetricEigen(_la.Times(_basis, _image, transposeA: true));
            y = y.SelectColumns(0, wanted);
            var vectors = _la.Times(_basis, y);
            return (theta, vectors, Lack(_la.Times(_image, y), vectors, theta));
        }

        var (p, s, yt) = _la.ThinSvd(_image);
        var right = _la.Times(_basis, yt.SelectRows(0, wanted).Transpose());
        return (s, right, Lack(_la.Times(_operator, p.SelectColumns(0, wanted), transposeA: true), right, s));
    }

    private static Matrix Lack(Matrix image, Matrix vectors, double[] values)
    {
        for (var j = 0; j < image.Columns; j++)
        {
            TensorPrimitives.MultiplyAdd(vectors.Column(j), -values[j], image.Column(j), image.Column(j));
        }

        return image;
    }

    private static List<int> Open(Matrix residuals, double tolerance)
    {
        var open = new List<int>();
        for (var j = 0; j < residuals.Columns; j++)
        {
            if (!(TensorPrimitives.Norm<double>(residuals.Column(j)) <= tolerance))
            {
                open.Add(j);
            }
        }

        return open;
    }

    private static Matrix Select(Matrix source, List<int> columns)
    {
        var selected = new Matrix(source.Rows, columns.Count);
        for (var j = 0; j < columns.Count; j++)
        {
            // To unit norm, for residuals of very different pairs are equally welcome.
            var column = source.Column(columns[j]);
            TensorPrimitives.Divide(column, TensorPrimitives.Norm<double>(column), selected.Column(j));
        }

        return selected;
    }

    private static Matrix Join(Matrix left, Matrix right)
    {
        var joined = new Matrix(right.Rows, left.Columns + right.Columns);
        left.AsSpan().CopyTo(joined.AsSpan());
        right.AsSpan().CopyTo(joined.AsSpan()[left.AsSpan().Length..]);
        return joined;
    }
}
