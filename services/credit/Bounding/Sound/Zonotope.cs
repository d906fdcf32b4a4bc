using System.Numerics.Tensors;

using KoopmanMesh.Networks.Lowering;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Credit.Bounding.Sound;

/// <summary>
/// An affine form of a vector: x = c + G eps + r .* eta with eps in [-1, 1]^k, one symbol a column of G, each a
/// function of the network's input that all forms of one analysis share, and eta in [-1, 1]^n this form's own. Rounding
/// errors of our arithmetic go into r, so the form holds in real numbers. Not written to once made.
/// </summary>
internal sealed partial class Zonotope
{
    private readonly double[] _center;
    private readonly Matrix _generators;
    private readonly int[] _symbols;
    private readonly double[] _noise;
    private readonly double[] _spread;

    /// <param name="center">c.</param>
    /// <param name="generators">G, n × k.</param>
    /// <param name="symbols">The symbol of each column, ascending.</param>
    /// <param name="noise">r.</param>
    private Zonotope(double[] center, Matrix generators, int[] symbols, double[] noise)
    {
        (_center, _generators, _symbols, _noise) = (center, generators, symbols, noise);
        _spread = RowSums(generators);
    }

    public int Width => _center.Length;

    public int Symbols => _symbols.Length;

    public static Zonotope Zero(int width) => new(new double[width], new Matrix(width, 0), [], new double[width]);

    /// <summary>A symbol for each feature that varies.</summary>
    public static Zonotope Of(Box box, SymbolSource symbols)
    {
        var (center, noise) = (new double[box.Width], new double[box.Width]);
        for (var i = 0; i < box.Width; i++)
        {
            center[i] = (box.Lower[i] / 2) + (box.Upper[i] / 2);
            var reach = Math.Max(box.Upper[i] - center[i], center[i] - box.Lower[i]);
            noise[i] = reach == 0 ? 0 : Rounding.Up(reach);
        }

        var still = new double[box.Width];
        return new Zonotope(center, new Matrix(box.Width, 0), [], still)
            .Bend(Sound.Bend.Noise(noise), symbols);
    }

    /// <summary>The interval each element lies in.</summary>
    public Bounds Bounds()
    {
        var bounds = Sound.Bounds.Zero(Width);
        for (var i = 0; i < Width; i++)
        {
            var reach = Reach(i);
            (bounds.Lower[i], bounds.Upper[i]) = (Rounding.Down(_center[i] - reach), Rounding.Up(_center[i] + reach));
        }

        return bounds;
    }

    /// <summary>How far an element lies from its center, at most.</summary>
    public double Reach(int i) => Rounding.Up(_spread[i] + _noise[i]);

    /// <summary>sum_k A_k x_k + b.</summary>
    public static Zonotope Affine(AffineStep step, IReadOnlyList<Zonotope> inputs, bool withBias, ILinearAlgebra la)
    {
        var (center, noise, magnitude) = (new double[step.Width], new double[step.Width], new double[step.Width]);
        var parts = new (Matrix, int[], double)[inputs.Count];
        for (var k = 0; k < inputs.Count; k++)
        {
            var (x, map) = (inputs[k], step.Terms[k].Map);
            parts[k] = (map.Apply(x._generators, la), x._symbols, 1);
            TensorPrimitives.Add(center, map.Apply(x._center, la), center);
            TensorPrimitives.Add(noise, map.Absolute.Apply(x._noise, la), noise);
            TensorPrimitives.Add(magnitude, map.Absolute.Apply(x.Magnitudes(), la), magnitude);
        }

        var gamma = Rounding.Gamma64(step.MostTerms);
        for (var i = 0; i < step.Width; i++)
        {
            var added = 0.0;
            if (withBias)
            {
                center[i] += step.Bias[i];
                added = step.BiasMagnitude[i];
            }

            noise[i] = Rounding.Above(noise[i] + (gamma * (magnitude[i] + added)), step.MostTerms);
        }

        var (generators, symbols) = Merge(parts);
        return new Zonotope(center, generators, symbols, noise);
    }

    /// <summary>lambda .* x + mu, with a new symbol for each element of the noise that isn't zero.</summary>
    public Zonotope Bend(Bend bend, SymbolSource symbols)
    {
        var (center, noise) = (new double[Width], new double[Width]);
        for (var i = 0; i < Width; i++)
        {
            var (slope, shift) = (bend.Slopes[i], bend.Shifts[i]);
            center[i] = (slope * _center[i]) + shift;
            noise[i] = Math.Abs(slope) * _noise[i];
            if (shift != 0 || slope is not (0 or 1 or -1))
            {
                var magnitude = (Math.Abs(slope) * (Math.Abs(_center[i]) + _spread[i])) + Math.Abs(shift);
                noise[i] = Rounding.Above(noise[i] + (Rounding.Gamma64(2) * magnitude), 2);
            }
        }

        var scaled = new Matrix(Width, Symbols);
        for (var j = 0; j < Symbols; j++)
        {
            TensorPrimitives.Multiply(_generators.Column(j), bend.Slopes, scaled.Column(j));
        }

        return WithNoise(center, scaled, noise, bend.Noises, symbols);
    }

    private double[] Magnitudes()
    {
        var result = new double[Width];
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = Math.Abs(_center[i]) + Reach(i);
        }

        return result;
    }

    private static double[] RowSums(Matrix generators)
    {
        var sums = new double[generators.Rows];
        for (var j = 0; j < generators.Columns; j++)
        {
            var column = generators.Column(j);
            for (var i = 0; i < sums.Length; i++)
            {
                sums[i] += Math.Abs(column[i]);
            }
        }

        for (var i = 0; i < sums.Length; i++)
        {
            sums[i] = sums[i] == 0 ? 0 : Rounding.Above(sums[i], generators.Columns);
        }

        return sums;
    }
}
