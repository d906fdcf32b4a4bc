using System.Numerics;

using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Spectra;

/// <summary>
/// One order and one phase for eigenpairs of a real matrix, so that the same data gives the same report: descending
/// |lambda|, moduli that differ by round-off ordered by angle of the upper member, conjugates adjacent with Im > 0
/// first, and the first of an eigenvector's largest components real and positive.
/// </summary>
internal static class CanonicalOrder
{
    // Moduli this close are ties: eigenvalues of an orthogonal matrix differ by less.
    private const double TieTolerance = 1e-10;
    private const double PhaseTolerance = 1e-8;

    /// <summary>The eigenpairs, reordered and rephased; conjugates are made exact.</summary>
    public static (Complex[] Values, ComplexMatrix Vectors) Of(Complex[] values, ComplexMatrix vectors)
    {
        var leaders = Leaders(values);
        var sortedValues = new Complex[values.Length];
        var sortedVectors = new ComplexMatrix(vectors.Rows, vectors.Columns);
        var next = 0;
        foreach (var leader in leaders)
        {
            sortedValues[next] = values[leader];
            vectors.Column(leader).CopyTo(sortedVectors.Column(next));
            FixPhase(sortedVectors.Column(next));
            next++;
            if (values[leader].Imaginary > 0)
            {
                sortedValues[next] = Complex.Conjugate(values[leader]);
                ConjugateTo(sortedVectors.Column(next - 1), sortedVectors.Column(next));
                next++;
            }
        }

        return (sortedValues, sortedVectors);
    }

    /// <summary>The complex conjugate of a vector.</summary>
    public static void ConjugateTo(ReadOnlySpan<Complex> source, Span<Complex> destination)
    {
        for (var i = 0; i < source.Length; i++)
        {
            destination[i] = Complex.Conjugate(source[i]);
        }
    }

    /// <summary>Turns a vector so that the first of its largest components is real and positive.</summary>
    public static void FixPhase(Span<Complex> vector)
    {
        var largest = 0.0;
        foreach (var value in vector)
        {
            largest = Math.Max(largest, Complex.Abs(value));
        }

        if (largest == 0)
        {
            return;
        }

        var first = 0;
        while (Complex.Abs(vector[first]) < largest * (1 - PhaseTolerance))
        {
            first++;
        }

        var turn = Complex.Conjugate(vector[first]) / Complex.Abs(vector[first]);
        for (var i = 0; i < vector.Length; i++)
        {
            vector[i] *= turn;
        }

        vector[first] = vector[first].Real;
    }

    /// <summary>Indices with Im ≥ 0 in canonical order: one per real eigenvalue, one per conjugate pair.</summary>
    private static int[] Leaders(Complex[] values)
    {
        var leaders = Enumerable.Range(0, values.Length).Where(i => values[i].Imaginary >= 0).ToArray();
        Array.Sort(leaders, (a, b) => Complex.Abs(values[b]).CompareTo(Complex.Abs(values[a])));
        for (var start = 0; start < leaders.Length;)
        {
            // Ties are runs of neighbours, because "nearly equal" alone is no order.
            var end = start + 1;
            while (end < leaders.Length && IsTie(values[leaders[end - 1]], values[leaders[end]]))
            {
                end++;
            }

            Array.Sort(leaders, start, end - start, Comparer<int>.Create((a, b) => Compare(values[a], values[b])));
            start = end;
        }

        return leaders;
    }

    private static int Compare(Complex a, Complex b)
    {
        var byAngle = a.Phase.CompareTo(b.Phase);
        return byAngle != 0 ? byAngle : Complex.Abs(b).CompareTo(Complex.Abs(a));
    }

    private static bool IsTie(Complex larger, Complex smaller) =>
        Complex.Abs(larger) - Complex.Abs(smaller) <= TieTolerance * Complex.Abs(larger);
}
