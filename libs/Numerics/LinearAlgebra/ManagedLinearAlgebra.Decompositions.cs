using System.Numerics;

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

        var tau = new double[p];
        if (m >= n)
        {
            var (q, r) = (a.AsSpan().ToArray(), new double[n * n]);
            _mathNet.ThinQRFactor(q, m, n, r, tau);
            return (new Matrix(m, n, q), TriangularParts.Upper(new Matrix(n, n, r)));
        }

        var (wide, square) = (a.AsSpan().ToArray(), new double[m * m]);
        _mathNet.QRFactor(wide, m, n, square, tau);
        return (new Matrix(m, m, square), TriangularParts.Upper(new Matrix(m, n, wide)));
    }

    /// <inheritdoc/>
    public Matrix TriangularFactor(Matrix a) => ThinQr(a).R;

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
        if (m > n)
        {
            var (q, r) = ThinQr(a);
            var (inner, s, vt) = SquareSvd(r);
            return (this.Multiply(q, inner), s, vt);
        }

        if (m < n)
        {
            var (v, s, ut) = ThinSvd(a.Transpose());
            return (ut.Transpose(), s, v.Transpose());
        }

        return SquareSvd(a);
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
        var square = a.Rows == a.Columns ? a.Copy() : TriangularFactor(a.Rows > a.Columns ? a : a.Transpose());
        return SquareSvd(square).S;
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
        var (values, packed) = EigenDecomposition(symmetric, isSymmetric: true);
        var ascending = Array.ConvertAll(values, value => value.Real);
        EigenPairs.Reverse(ascending, packed);
        return (ascending, packed);
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
        var (values, packed) = EigenDecomposition(a, isSymmetric: false);
        return EigenPairs.Unpack(
            Array.ConvertAll(values, value => value.Real), Array.ConvertAll(values, value => value.Imaginary), packed);
    }

    /// <inheritdoc/>
    public (double Sigma, Complex[] W) SmallestSingularPair(ComplexMatrix a)
    {
        ArgumentNullException.ThrowIfNull(a);
        SmallestSingular.RequireTall("ThinQRFactor", a);
        var (m, n) = (a.Rows, a.Columns);
        var (q, packed) = (a.AsSpan().ToArray(), new Complex[n * n]);
        _mathNet.ThinQRFactor(q, m, n, packed, new Complex[n]);
        var r = SmallestSingular.UpperOf(packed, n, n);
        return SmallestSingular.ByInverseIteration(r) ?? SmallestPairBySvd(r);
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

    private static (Complex[] Values, Matrix Packed) EigenDecomposition(Matrix a, bool isSymmetric)
    {
        var n = a.Rows;
        var (values, vectors, blocks) = (new Complex[n], new double[n * n], new double[n * n]);
        return Converging("EigenDecomp", () =>
        {
            _mathNet.EigenDecomp(isSymmetric, n, a.AsSpan().ToArray(), vectors, values, blocks);
            return (values, new Matrix(n, n, vectors));
        });
    }
}
