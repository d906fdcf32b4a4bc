namespace KoopmanMesh.Numerics.LinearAlgebra;

/// <summary>
/// What keeps a wrong leading dimension from reaching native code, where it would be memory corruption.
/// </summary>
internal static class BufferShape
{
    /// <summary>
    /// Elements that <paramref name="columns"/> columns of <paramref name="rows"/> rows span at leading dimension
    /// <paramref name="leading"/>.
    /// </summary>
    public static void Check(string name, int rows, int columns, int leading, int length)
    {
        if (rows < 0 || columns < 0 || leading < Math.Max(1, rows))
        {
            throw new ArgumentException(
                $"{name} is {rows} x {columns} with leading dimension {leading}, expected at least {Math.Max(1, rows)}",
                name);
        }

        if (rows > 0 && columns > 0 && ((long)leading * (columns - 1)) + rows > length)
        {
            throw new ArgumentException(
                $"{name} holds {length} elements, too few for {rows} x {columns} with leading dimension {leading}",
                name);
        }
    }

    /// <summary>All three operands of C := op(A) op(B).</summary>
    public static void CheckProduct(
        (bool A, bool B) transpose, (int M, int N, int K) size,
        (int A, int B, int C) leading, (int A, int B, int C) length)
    {
        var (m, n, k) = size;
        Check("a", transpose.A ? k : m, transpose.A ? m : k, leading.A, length.A);
        Check("b", transpose.B ? n : k, transpose.B ? k : n, leading.B, length.B);
        Check("c", m, n, leading.C, length.C);
    }

    /// <summary>LAPACK's iterations may spin on a NaN, so none is ever handed one.</summary>
    public static void RequireFinite(string routine, Matrix a)
    {
        if (!System.Numerics.Tensors.TensorPrimitives.IsFiniteAll<double>(a.AsSpan()))
        {
            throw new NotConvergedException(routine, a.Rows, a.Columns);
        }
    }

    /// <summary>The order of a matrix that has to be square.</summary>
    public static int RequireSquare(string routine, Matrix a) => a.Rows == a.Columns
        ? a.Rows
        : throw new ArgumentException(
            $"{routine} got a {a.Rows} x {a.Columns} matrix, expected a square one", nameof(a));

    /// <summary>A factor, if there is one, is n × n.</summary>
    public static void RequireOrder(string routine, int n, Matrix? factor)
    {
        if (factor is not null && (factor.Rows != n || factor.Columns != n))
        {
            throw new ArgumentException(
                $"{routine} got a {factor.Rows} x {factor.Columns} factor, expected {n} x {n}", nameof(factor));
        }
    }

    /// <summary>A right-hand side has as many rows as its system has unknowns.</summary>
    public static void RequireRows(string routine, int rows, Matrix b)
    {
        if (b.Rows != rows)
        {
            throw new ArgumentException(
                $"{routine} got a {b.Rows} x {b.Columns} right-hand side, expected {rows} rows", nameof(b));
        }
    }
}
