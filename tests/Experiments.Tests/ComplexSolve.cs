using System.Numerics;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Experiments.Tests;

/// <summary>The inverse of a small complex matrix by Gauss and Jordan, with pivoting.</summary>
internal static class ComplexSolve
{
    public static Complex[,] Inverse(ComplexMatrix matrix)
    {
        var n = matrix.Rows;
        var (a, inverse) = (new Complex[n, n], new Complex[n, n]);
        for (var i = 0; i < n; i++)
        {
            inverse[i, i] = 1;
            for (var j = 0; j < n; j++)
            {
                a[i, j] = matrix.Column(j)[i];
            }
        }

        for (var c = 0; c < n; c++)
        {
            Exchange(c, Enumerable.Range(c, n - c).MaxBy(r => a[r, c].Magnitude));
            Subtract(c, c, 1 - (1 / a[c, c]));
            for (var r = 0; r < n; r++)
            {
                Subtract(r, c, r == c ? 0 : a[r, c]);
            }
        }

        return inverse;

        void Subtract(int row, int from, Complex factor)
        {
            for (var j = 0; j < n; j++)
            {
                a[row, j] -= factor * a[from, j];
                inverse[row, j] -= factor * inverse[from, j];
            }
        }

        void Exchange(int first, int second)
        {
            for (var j = 0; j < n; j++)
            {
                (a[first, j], a[second, j]) = (a[second, j], a[first, j]);
                (inverse[first, j], inverse[second, j]) = (inverse[second, j], inverse[first, j]);
            }
        }
    }
}
