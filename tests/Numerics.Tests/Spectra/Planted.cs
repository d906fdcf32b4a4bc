using System.Numerics;

using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Spectra;
using KoopmanMesh.Numerics.Tests.LinearAlgebra;

namespace KoopmanMesh.Numerics.Tests.Spectra;

/// <summary>What the spectrum tests share.</summary>
internal static class Planted
{
    public static readonly DmdOptions Tight = new() { RankRule = new RankRule.RelTol(1e-10) };

    public static SnapshotPairs Linear(Matrix a, int m, int seed)
    {
        var x = Matrices.Gaussian(a.Rows, m, seed);
        return new SnapshotPairs(x, Matrices.Product(a, x));
    }

    public static Matrix Trajectory(Matrix a, Matrix start, int length)
    {
        var states = new Matrix(a.Rows, length);
        var state = start;
        for (var k = 0; k < length; k++)
        {
            state.AsSpan().CopyTo(states.Column(k));
            state = Matrices.Product(a, state);
        }

        return states;
    }

    public static void Eigenvalues(DmdSpectrum spectrum, double tolerance, params Complex[] expected)
    {
        var actual = spectrum.Eigenvalues.ToArray();
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(0, Complex.Abs(pair.First - pair.Second), tolerance));
    }

    /// <summary>||B w - lambda U w|| by the triple loop.</summary>
    public static double Residual(DmdSpectrum spectrum, int i)
    {
        var (sum, w) = (0.0, spectrum.Vectors.Column(i).ToArray());
        for (var row = 0; row < spectrum.Basis.Rows; row++)
        {
            var value = Complex.Zero;
            for (var j = 0; j < w.Length; j++)
            {
                value += (spectrum.Image[row, j] - (spectrum.Eigenvalues.Span[i] * spectrum.Basis[row, j])) * w[j];
            }

            sum += value.Magnitude * value.Magnitude;
        }

        return Math.Sqrt(sum);
    }
}
