using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Training;

namespace KoopmanMesh.Experiments.Dynamics.Depth;

/// <summary>
/// A map that is known to be N steps of a flow: F = h ∘ exp(N A) ∘ h^-1 for a random stable A, whose largest
/// eigenvalue has modulus delta, and a polynomial change of coordinates h.
/// </summary>
internal sealed class FlowMap
{
    // The condition of the linear change of coordinates: A is not normal.
    private const double Stretch = 3;

    private readonly DepthCase _case;
    private readonly Matrix _generatorPower;
    private readonly Matrix _change;
    private readonly ILinearAlgebra _la;

    /// <param name="depthCase">Which kind.</param>
    /// <param name="layers">N.</param>
    /// <param name="delta">|log| of one step.</param>
    /// <param name="seed">Draws the spectrum and the coordinates; the same for every N.</param>
    /// <param name="la">What multiplies.</param>
    public FlowMap(DepthCase depthCase, int layers, double delta, int seed, ILinearAlgebra la)
    {
        (_case, _la) = (depthCase, la);
        var random = new RandomState((uint)seed);
        _generatorPower = Exponential(depthCase, layers * delta, random);
        var (left, right) = (Orthogonal(random), Orthogonal(random));
        for (var j = 0; j < depthCase.Dimension; j++)
        {
            var factor = Math.Pow(Stretch, (double)j / Math.Max(1, depthCase.Dimension - 1));
            foreach (ref var value in left.Column(j))
            {
                value *= factor;
            }
        }

        _change = la.Multiply(left, right.Transpose());
    }

    /// <summary>
    /// Pairs of the map, a column each: x = S (z + c z_1² e), z normal, and what the map makes of x, with the case's
    /// noise.
    /// </summary>
    public (Matrix X, Matrix Y) Sample(int pairs, int seed)
    {
        var random = new RandomState((uint)seed);
        var z = Draw(_case.Dimension, pairs, 1, random);
        var x = _la.Multiply(_change, Bend(z));
        var y = _la.Multiply(_change, Bend(_la.Multiply(_generatorPower, z)));
        var noise = Draw(_case.Dimension, pairs, _case.Noise, random);
        System.Numerics.Tensors.TensorPrimitives.Add(y.AsSpan(), noise.AsSpan(), y.AsSpan());
        return (x, y);
    }

    // Block-diagonal: e^s, or the rotation of a pair. The first coordinate is real, slow and alone where it is squared,
    // so that its square, with twice its logarithm, is no faster than the fastest.
    private static Matrix Exponential(DepthCase c, double largest, RandomState random)
    {
        var result = new Matrix(c.Dimension, c.Dimension);
        var (i, isBent, isFastest) = (0, c.Curvature != 0, true);
        if (isBent)
        {
            result[0, 0] = Math.Exp(-largest * (0.1 + (0.3 * random.NextDouble())));
            i = 1;
        }

        while (i < c.Dimension)
        {
            var modulus = isFastest ? largest : largest * (0.1 + (0.8 * random.NextDouble()));
            isFastest = false;
            if (c.Turns && i + 1 < c.Dimension)
            {
                // Between 100 and 170 degrees: stable, and turning.
                var angle = Math.PI * (100 + (70 * random.NextDouble())) / 180;
                var (sin, cos) = Math.SinCos(modulus * Math.Sin(angle));
                var shrink = Math.Exp(modulus * Math.Cos(angle));
                (result[i, i], result[i, i + 1]) = (shrink * cos, -shrink * sin);
                (result[i + 1, i], result[i + 1, i + 1]) = (shrink * sin, shrink * cos);
                i += 2;
            }
            else
            {
                result[i, i] = Math.Exp(-modulus);
                i++;
            }
        }

        return result;
    }

    private Matrix Orthogonal(RandomState random) =>
        _la.ThinQr(Draw(_case.Dimension, _case.Dimension, 1, random)).Q;

    private Matrix Bend(Matrix z)
    {
        var bent = z.Copy();
        for (var j = 0; j < bent.Columns; j++)
        {
            for (var i = 1; i < bent.Rows; i++)
            {
                bent[i, j] += _case.Curvature * z[0, j] * z[0, j];
            }
        }

        return bent;
    }

    private static Matrix Draw(int rows, int columns, double deviation, RandomState random)
    {
        var result = new Matrix(rows, columns);
        foreach (ref var value in result.AsSpan())
        {
            value = deviation * random.NextNormal();
        }

        return result;
    }
}
