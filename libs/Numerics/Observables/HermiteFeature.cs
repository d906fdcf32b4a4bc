using System.Numerics.Tensors;

using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Storage;

namespace KoopmanMesh.Numerics.Observables;

/// <summary>
/// Probabilists' Hermite polynomials of each coordinate, f(x) = [He_2(u); …; He_d(u)] with u = (x - mean) / deviation:
/// He_(k+1)(u) = u He_k(u) - k He_(k-1)(u). Over a standard normal u they are orthogonal; with 1 and x they span the
/// same as the coordinates' powers and are far better conditioned. O(n d) a state.
/// </summary>
public sealed class HermiteFeature : Feature
{
    private readonly double[] _mean;
    private readonly double[] _deviation;
    private readonly int _degree;

    /// <param name="mean">n long.</param>
    /// <param name="deviation">n long, each > 0.</param>
    /// <param name="degree">d ≥ 2.</param>
    public HermiteFeature(ReadOnlySpan<double> mean, ReadOnlySpan<double> deviation, int degree)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(degree, 2);
        Guard.Length(deviation.Length, mean.Length, "the list of deviations");
        Guard.Finite(mean, "the list of means");
        Guard.Finite(deviation, "the list of deviations");
        foreach (var value in deviation)
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value, nameof(deviation));
        }

        Dictionary.RequireCount((degree - 1L) * mean.Length, $"hermite:{degree} of {mean.Length} coordinates");
        (_mean, _deviation, _degree) = (mean.ToArray(), deviation.ToArray(), degree);
    }

    /// <inheritdoc/>
    public override string Name => $"hermite:{_degree}";

    /// <inheritdoc/>
    public override int Count => (_degree - 1) * _mean.Length;

    /// <summary>d.</summary>
    public int Degree => _degree;

    /// <summary>n long.</summary>
    public ReadOnlyMemory<double> Mean => _mean;

    /// <summary>n long.</summary>
    public ReadOnlyMemory<double> Deviation => _deviation;

    internal override string? StoredKind => StoredFeatures.Hermite;

    internal override long Parameters => 2L * _mean.Length;

    /// <inheritdoc/>
    public override void Lift(Matrix states, Matrix lifted, int row, ILinearAlgebra la)
    {
        ArgumentNullException.ThrowIfNull(states);
        ArgumentNullException.ThrowIfNull(lifted);
        Guard.Shape(states, _mean.Length, states.Columns, "the matrix of states to lift");
        var (n, u, scratch, ones) = (_mean.Length, new double[_mean.Length], new double[_mean.Length],
            new double[_mean.Length]);
        Array.Fill(ones, 1);
        for (var j = 0; j < states.Columns; j++)
        {
            TensorPrimitives.Subtract(states.Column(j), _mean, u);
            TensorPrimitives.Divide(u, _deviation, u);
            var values = lifted.Column(j).Slice(row, Count);
            ReadOnlySpan<double> previous = ones, current = u;
            for (var k = 1; k < _degree; k++)
            {
                var next = values.Slice((k - 1) * n, n);
                TensorPrimitives.Multiply(previous, k, scratch);
                TensorPrimitives.Multiply(current, u, next);
                TensorPrimitives.Subtract(next, scratch, next);
                previous = current;
                current = next;
            }
        }
    }

    internal override void Store(TensorArchive archive, string prefix)
    {
        archive.Add($"{prefix}degree", new long[] { _degree }, 1);
        archive.Add($"{prefix}mean", _mean, _mean.Length);
        archive.Add($"{prefix}deviation", _deviation, _deviation.Length);
    }

    internal static HermiteFeature Load(TensorArchive archive, string prefix, int width)
    {
        var degree = StoredFeatures.Integer(archive, $"{prefix}degree", 2, Dictionary.MostFeatures + 1);
        var mean = StoredFeatures.Vector(archive, $"{prefix}mean", width);
        var deviation = StoredFeatures.Vector(archive, $"{prefix}deviation", width);
        return Array.TrueForAll(deviation, value => value > 0)
            ? new HermiteFeature(mean, deviation, degree)
            : throw new TensorFormatException($"tensor \"{prefix}deviation\" holds numbers that are not positive");
    }
}
