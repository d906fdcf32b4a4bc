using System.Numerics;

using KoopmanMesh.Numerics.Fitting;

namespace KoopmanMesh.Numerics.LinearAlgebra;

public sealed partial class ManagedLinearAlgebra
{
    /// <inheritdoc/>
    public (Matrix Q, Matrix R) ThinQr(Matrix a)
    {
        ArgumentNullException.ThrowIfNull(a);
        var (m, n, p) = (a.Rows, a.Columns, Math.Min(a.Rows, a.Columns));
        if (p == 0)
        {
            return (new Matrix(m, 0), new Matrix(0, n));
        }

        var (scaled, scale) = SafeScale.Apply(a);
        var (q, r) = m >= n ? TallQr(scaled) : WideQr(scaled);
        SafeScale.Undo(r.AsSpan(), scale);
        return (q, r);
    }

    /// <inheritdoc/>
    public Matrix TriangularFactor(Matrix a) => ThinQr(a).R;

    /// <inheritdoc/>
    public Matrix AppendToFactor(Matrix? r0, ReadOnlySpan<double> columns, int n, int count)
    {
        BufferShape.RequireOrder("ThinQRFactor", n, r0);
        BufferShape.Check(nameof(columns), n, count, Math.Max(1, n), columns.Length);
        var rows = new Matrix(count, n);
        Transposition.Copy(columns, n, count, rows.AsSpan());
        return TriangularFactor(r0?.Above(rows) ?? rows);
    }

    /// <inheritdoc/>
    public Matrix JoinFactors(Matrix r1, Matrix r2)
    {
        ArgumentNullException.ThrowIfNull(r1);
        ArgumentNullException.ThrowIfNull(r2);
        var n = BufferShape.RequireSquare("ThinQRFactor", r1);
        BufferShape.RequireRows("ThinQRFactor", n, r2);
        return TriangularFactor(r1.Above(r2));
    }

    /// <inheritdoc/>
    public (Matrix U, double[] S, Matrix Vt) ThinSvd(Matrix a)
    {
        ArgumentNullException.ThrowIfNull(a);
        var (m, n) = (a.Rows, a.Columns);
        if (m == 0 || n == 0)
        {
            return (new Matrix(m, 0), [], new Matrix(0, n));
        }

        BufferShape.RequireFinite("SingularValueDecomposition", a);
        if (m < n)
        {
            var (v, values, ut) = ThinSvd(a.Transpose());
            return (ut.Transpose(), values, v.Transpose());
        }

        var (scaled, scale) = SafeScale.Apply(a);
        var (q, r) = m > n ? ThinQr(scaled) : (null, scaled);
        var (u, s, vt) = SquareSvd(r);
        SafeScale.Undo(s, scale);
        return (q is null ? u : this.Multiply(q, u), s, vt);
    }

    /// <inheritdoc/>
    public double[] SingularValues(Matrix a)
    {
        ArgumentNullException.ThrowIfNull(a);
        if (a.Rows == 0 || a.Columns == 0)
        {
            return [];
        }

        BufferShape.RequireFinite("SingularValueDecomposition", a);
        var (scaled, scale) = SafeScale.Apply(a.Rows >= a.Columns ? a : a.Transpose());
        var s = SquareSvd(scaled.Rows == scaled.Columns ? scaled : TriangularFactor(scaled)).S;
        SafeScale.Undo(s, scale);
        return s;
    }

    /// <inheritdoc/>
    public (double[] Values, Matrix Vectors) SymmetricEigen(Matrix a)
    {
        ArgumentNullException.ThrowIfNull(a);
        var n = BufferShape.RequireSquare("EigenDecomp", a);
        if (n == 0)
        {
            return ([], new Matrix(0, 0));
        }

        BufferShape.RequireFinite("EigenDecomp", a);
        var symmetric = a.Copy();
        LinearAlgebraExtensions.MirrorUpper(symmetric);
        var (values, _, packed) = EigenDecomposition(symmetric, isSymmetric: true);
        EigenPairs.Reverse(values, packed);
        return (values, packed);
    }

    /// <inheritdoc/>
    public (double[] Values, Matrix Vectors) LeadingSymmetricEigen(Matrix a, int count)
    {
        var (values, vectors) = SymmetricEigen(a);
        count = Math.Min(count, values.Length);
        return (values[..count], vectors.SelectColumns(0, count));
    }

    /// <inheritdoc/>
    public (Complex[] Values, ComplexMatrix Vectors) Eigen(Matrix a)
    {
        ArgumentNullException.ThrowIfNull(a);
        var n = BufferShape.RequireSquare("EigenDecomp", a);
        if (n == 0)
        {
            return ([], new ComplexMatrix(0, 0));
        }

        BufferShape.RequireFinite("EigenDecomp", a);
        var (real, imaginary, packed) = EigenDecomposition(a, isSymmetric: false);
        return EigenPairs.Unpack(real, imaginary, packed);
    }

    /// <inheritdoc/>
    public (double Sigma, Complex[] W) SmallestSingularPair(ComplexMatrix a)
    {
        ArgumentNullException.ThrowIfNull(a);
        SmallestSingular.RequireTall("ThinQRFactor", a);
        var (m, n) = (a.Rows, a.Columns);
        var (scaled, scale) = SafeScale.Apply(a);
        var (q, packed) = (scaled.AsSpan().ToArray(), new Complex[n * n]);
        _mathNet.ThinQRFactor(q, m, n, packed, new Complex[n]);
        var r = SmallestSingular.UpperOf(packed, n, n);
        var (sigma, w) = SmallestSingular.ByInverseIteration(r) ?? SmallestPairBySvd(r);
        return (sigma / scale, w);
    }

    private static (double Sigma, Complex[] W) SmallestPairBySvd(ComplexMatrix r)
    {
        var n = r.Columns;
        var (s, u, vh) = (new Complex[n], new Complex[n * n], new Complex[n * n]);
        Converging("SingularValueDecomposition", () =>
        {
            _mathNet.SingularValueDecomposition(true, r.AsSpan().ToArray(), n, n, s, u, vh);
            return s;
        });
        var conjugate = new ComplexMatrix(n, n);
        vh.CopyTo(conjugate.AsSpan());
        return SmallestSingular.LastRow(s[n - 1].Real, conjugate);
    }

    private static (Matrix Q, Matrix R) TallQr(Matrix a)
    {
        var (m, n) = (a.Rows, a.Columns);
        var (q, r) = (a.AsSpan().ToArray(), new double[n * n]);
        _mathNet.ThinQRFactor(q, m, n, r, new double[n]);
        return (new Matrix(m, n, q), TriangularParts.Upper(new Matrix(n, n, r)));
    }

    private static (Matrix Q, Matrix R) WideQr(Matrix a)
    {
        var (m, n) = (a.Rows, a.Columns);
        var (r, q) = (a.AsSpan().ToArray(), new double[m * m]);
        _mathNet.QRFactor(r, m, n, q, new double[m]);
        return (new Matrix(m, m, q), TriangularParts.Upper(new Matrix(m, n, r)));
    }

    private static (Matrix U, double[] S, Matrix Vt) SquareSvd(Matrix a)
    {
        var n = a.Rows;
        var (s, left, right) = (new double[n], new double[n * n], new double[n * n]);
        return Converging("SingularValueDecomposition", () =>
        {
            _mathNet.SingularValueDecomposition(true, a.AsSpan().ToArray(), n, n, s, left, right);
            return (new Matrix(n, n, left), s, new Matrix(n, n, right));
        });
    }

    private static (double[] Real, double[] Imaginary, Matrix Packed) EigenDecomposition(Matrix a, bool isSymmetric)
    {
        var n = a.Rows;

        // Its iteration tests smallness against the norm, so a norm of zero never converges.
        if (System.Numerics.Tensors.TensorPrimitives.IsZeroAll<double>(a.AsSpan()))
        {
            return (new double[n], new double[n], Matrix.Identity(n));
        }

        var (scaled, scale) = SafeScale.Apply(a);
        var (values, vectors, blocks) = (new Complex[n], new double[n * n], new double[n * n]);
        return Converging("EigenDecomp", () =>
        {
            _mathNet.EigenDecomp(isSymmetric, n, scaled.AsSpan().ToArray(), vectors, values, blocks);
            var real = Array.ConvertAll(values, value => value.Real);
            var imaginary = Array.ConvertAll(values, value => value.Imaginary);
            SafeScale.Undo(real, scale);
            SafeScale.Undo(imaginary, scale);
            return (real, imaginary, new Matrix(n, n, vectors));
        });
    }
}
