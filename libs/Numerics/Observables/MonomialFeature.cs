using System.Numerics.Tensors;

using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Storage;

namespace KoopmanMesh.Numerics.Observables;

/// <summary>
/// All monomials of total degree 2 to d, by degree and within one lexicographically: x1^2, x1 x2, …, x2^2, …, x1^3, ….
/// The monomials of degree k that begin with x_i are x_i times those of degree k - 1 that begin with x_i or later,
/// which are the end of their block: every value is one product, and long runs of them are vectorised. O(count) a
/// state.
/// </summary>
public sealed class MonomialFeature : Feature
{
    private readonly int _width;
    private readonly int _degree;

    // For degree k = 2, 3, …: where the monomials that begin with x_i start within their block.
    private readonly int[][] _begins;

    /// <summary>Monomials in n = <paramref name="width"/> coordinates.</summary>
    /// <param name="width">n ≥ 1.</param>
    /// <param name="degree">d ≥ 2.</param>
    /// <param name="mostTerms">Only so many, in the order above; ≥ 1.</param>
    /// <exception cref="ObservablesException">There would be more than a dictionary may have.</exception>
    public MonomialFeature(int width, int degree, int mostTerms = int.MaxValue)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(degree, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(mostTerms, 1);
        (_width, _degree) = (width, degree);
        var terms = Math.Min(CountOf(width, degree), mostTerms);
        Dictionary.RequireCount(terms, $"poly:{degree} of {width} coordinates");
        Count = (int)terms;
        _begins = Begins(width, degree, Count);
    }

    /// <inheritdoc/>
    public override string Name =>
        Count < CountOf(_width, _degree) ? $"poly:{_degree}:{Count}" : $"poly:{_degree}";

    /// <inheritdoc/>
    public override int Count { get; }

    /// <summary>d.</summary>
    public int Degree => _degree;

    internal override string? StoredKind => StoredFeatures.Monomials;

    /// <inheritdoc/>
    public override void Lift(Matrix states, Matrix lifted, int row, ILinearAlgebra la)
    {
        ArgumentNullException.ThrowIfNull(states);
        ArgumentNullException.ThrowIfNull(lifted);
        Guard.Shape(states, _width, states.Columns, "the matrix of states to lift");
        for (var j = 0; j < states.Columns; j++)
        {
            Lift(states.Column(j), lifted.Column(j).Slice(row, Count));
        }
    }

    internal override void Store(TensorArchive archive, string prefix) =>
        archive.Add($"{prefix}shape", new long[] { _degree, Count }, 2);

    internal static MonomialFeature Load(TensorArchive archive, string prefix, int width)
    {
        var shape = archive.Integers($"{prefix}shape", 2);
        return shape[0] is >= 2 and <= int.MaxValue && shape[1] is >= 1 and <= Dictionary.MostFeatures
            ? new MonomialFeature(width, (int)shape[0], (int)shape[1])
            : throw new TensorFormatException(
                $"tensor \"{prefix}shape\" is {shape[0]}, {shape[1]}, expected a degree from 2 and 1 to "
                + $"{Dictionary.MostFeatures} monomials");
    }

    private void Lift(ReadOnlySpan<double> x, Span<double> monomials)
    {
        var before = x;
        var written = 0;
        for (var k = 0; written < monomials.Length; k++)
        {
            var start = written;
            for (var i = 0; i < x.Length && written < monomials.Length; i++)
            {
                var tail = before[(k == 0 ? i : _begins[k - 1][i])..];
                tail = tail[..Math.Min(tail.Length, monomials.Length - written)];
                TensorPrimitives.Multiply(tail, x[i], monomials[written..]);
                written += tail.Length;
            }

            before = monomials[start..written];
        }
    }

    // The block of degree k is whole whenever degree k + 1 is reached, so its table is right whatever is cut off later.
    private static int[][] Begins(int width, int degree, long count)
    {
        var (begins, written) = (new List<int[]>(), 0L);
        var (tails, size) = (Enumerable.Range(0, width).ToArray(), width);
        for (var k = 2; k < degree; k++)
        {
            var (next, total) = (new int[width], 0L);
            for (var i = 0; i < width && total < count; i++)
            {
                next[i] = (int)total;
                total += size - tails[i];
            }

            if ((written += total) >= count)
            {
                break;
            }

            begins.Add(next);
            (tails, size) = (next, (int)total);
        }

        return [.. begins];
    }

    /// <summary>C(n + d, d) - 1 - n, or a very large number when it is larger.</summary>
    private static long CountOf(int width, int degree)
    {
        var all = 1.0;
        for (var k = 1; k <= degree && all < 1e15; k++)
        {
            all = Math.Round(all * (width + k) / k);
        }

        return (long)Math.Min(all, 1e15) - 1 - width;
    }
}
