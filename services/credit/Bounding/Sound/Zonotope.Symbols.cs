using System.Numerics.Tensors;

using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Credit.Bounding.Sound;

internal sealed partial class Zonotope
{
    /// <summary>x + sign * y: what they share cancels or adds up symbol by symbol.</summary>
    public Zonotope Combine(Zonotope other, double sign)
    {
        var (center, noise) = (new double[Width], new double[Width]);
        for (var i = 0; i < Width; i++)
        {
            center[i] = _center[i] + (sign * other._center[i]);
            var magnitude = Math.Abs(_center[i]) + _spread[i] + Math.Abs(other._center[i]) + other._spread[i];
            noise[i] = Rounding.Above(_noise[i] + other._noise[i] + (Rounding.Gamma64(1) * magnitude), 2);
        }

        var (generators, symbols) = Merge(
            (_generators, _symbols, 1), (other._generators, other._symbols, sign));
        return new Zonotope(center, generators, symbols, noise);
    }

    /// <summary>Row by row the form that reaches less far from its center.</summary>
    public Zonotope Tighter(Zonotope other)
    {
        var mine = new double[Width];
        var (center, noise) = (new double[Width], new double[Width]);
        for (var i = 0; i < Width; i++)
        {
            var stays = Reach(i) <= other.Reach(i);
            mine[i] = stays ? 1 : 0;
            (center[i], noise[i]) = stays ? (_center[i], _noise[i]) : (other._center[i], other._noise[i]);
        }

        if (!mine.AsSpan().Contains(0))
        {
            return this;
        }

        if (!mine.AsSpan().Contains(1))
        {
            return other;
        }

        var theirs = new double[Width];
        TensorPrimitives.Subtract(1, mine, theirs);
        var (generators, symbols) = Merge(
            (Rows(_generators, mine), _symbols, 1), (Rows(other._generators, theirs), other._symbols, 1));
        return new Zonotope(center, generators, symbols, noise);
    }

    /// <summary>No more symbols than the limit: the shortest columns become its own noise (Girard 2005).</summary>
    public Zonotope Reduced(SymbolSource symbols) => Symbols <= symbols.Limit(Width)
        ? this
        : WithNoise(_center, _generators, [.. _noise], new double[Width], symbols);

    private Zonotope WithNoise(
        double[] center, Matrix generators, double[] noise, double[] fresh, SymbolSource symbols)
    {
        var old = generators.Columns;
        var columns = new List<(int Row, double Length)>(old);
        for (var j = 0; j < old; j++)
        {
            columns.Add((-1, TensorPrimitives.SumOfMagnitudes(generators.Column(j))));
        }

        for (var i = 0; i < fresh.Length; i++)
        {
            if (fresh[i] > 0)
            {
                columns.Add((i, fresh[i]));
            }
        }

        var kept = Longest(columns, symbols);
        var result = new Matrix(center.Length, kept.Count(keep => keep));
        var names = new int[result.Columns];
        for (var (j, next) = (0, 0); j < columns.Count; j++)
        {
            var row = columns[j].Row;
            if (kept[j])
            {
                names[next] = j < old ? _symbols[j] : symbols.Next();
                if (j < old)
                {
                    generators.Column(j).CopyTo(result.Column(next));
                }
                else
                {
                    result[row, next] = fresh[row];
                }

                next++;
            }
            else if (j < old)
            {
                AddTo(noise, generators.Column(j));
            }
            else
            {
                noise[row] = Rounding.Up(noise[row] + fresh[row]);
            }
        }

        return new Zonotope(center, result, names, noise);
    }

    private bool[] Longest(List<(int Row, double Length)> columns, SymbolSource symbols)
    {
        var kept = new bool[columns.Count];
        var excess = columns.Count - symbols.Limit(Width);
        if (excess <= 0)
        {
            kept.AsSpan().Fill(true);
            return kept;
        }

        symbols.Merged += excess;
        foreach (var j in Enumerable.Range(0, columns.Count).OrderBy(j => columns[j].Length).Skip(excess))
        {
            kept[j] = true;
        }

        return kept;
    }

    private static void AddTo(double[] noise, ReadOnlySpan<double> column)
    {
        for (var i = 0; i < noise.Length; i++)
        {
            noise[i] = column[i] == 0 ? noise[i] : Rounding.Up(noise[i] + Math.Abs(column[i]));
        }
    }

    private static Matrix Rows(Matrix generators, double[] chosen)
    {
        var result = new Matrix(generators.Rows, generators.Columns);
        for (var j = 0; j < generators.Columns; j++)
        {
            TensorPrimitives.Multiply(generators.Column(j), chosen, result.Column(j));
        }

        return result;
    }

    /// <summary>The sum of several G, each on its own symbols, on the union of them.</summary>
    private static (Matrix Generators, int[] Symbols) Merge(params (Matrix G, int[] Symbols, double Sign)[] parts)
    {
        if (parts is [var (only, own, _)])
        {
            return (only, own);
        }

        int[] union = [.. parts.SelectMany(part => part.Symbols).Distinct().Order()];
        var merged = new Matrix(parts[0].G.Rows, union.Length);
        foreach (var (g, symbols, sign) in parts)
        {
            for (var (j, at) = (0, 0); j < symbols.Length; j++)
            {
                at += union.AsSpan(at).IndexOf(symbols[j]);
                TensorPrimitives.MultiplyAdd(g.Column(j), sign, merged.Column(at), merged.Column(at));
            }
        }

        return (merged, union);
    }
}
