using System.Numerics.Tensors;

using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Storage;

namespace KoopmanMesh.Numerics.Observables;

/// <summary>
/// The delay coordinates of a trained scaling block (2409.01308, methods P2.3): z_0 = x, z_k = max(W_k z_(k-1) + b_k,
/// 0), f(x) = [z_1; …; z_d]. With x itself this is the delay vector [z_0; …; z_d], oldest first. O(d n^2) a state, d
/// products.
/// </summary>
public sealed class ReluChainFeature : Feature
{
    private readonly Matrix[] _weights;
    private readonly double[][] _biases;

    /// <summary>From d layers, n × n each.</summary>
    /// <param name="weights">W_k.</param>
    /// <param name="biases">b_k.</param>
    /// <exception cref="ShapeMismatchException">A layer is not n × n, or a bias not n long.</exception>
    public ReluChainFeature(IReadOnlyList<Matrix> weights, IReadOnlyList<double[]> biases)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(biases);
        ArgumentOutOfRangeException.ThrowIfZero(weights.Count);
        Guard.Length(biases.Count, weights.Count, "the list of biases");
        var n = weights[0].Rows;
        for (var k = 0; k < weights.Count; k++)
        {
            Guard.Shape(weights[k], n, n, $"layer {k + 1} of the chain");
            Guard.Length(biases[k].Length, n, $"bias {k + 1} of the chain");
            Guard.Finite(weights[k], $"layer {k + 1} of the chain");
            Guard.Finite(biases[k], $"bias {k + 1} of the chain");
        }

        Dictionary.RequireCount((long)n * weights.Count, $"delay:{weights.Count} of {n} coordinates");
        (_weights, _biases) = ([.. weights.Select(w => w.Copy())], [.. biases.Select(b => (double[])b.Clone())]);
    }

    /// <inheritdoc/>
    public override string Name => $"delay:{_weights.Length}";

    /// <inheritdoc/>
    public override int Count => _weights.Length * _weights[0].Rows;

    /// <summary>W_1, …, W_d, each n × n. Not to be written to.</summary>
    public IReadOnlyList<Matrix> Weights => _weights;

    /// <summary>b_1, …, b_d.</summary>
    public IReadOnlyList<ReadOnlyMemory<double>> Biases => [.. _biases.Select(b => (ReadOnlyMemory<double>)b)];

    internal override string? StoredKind => StoredFeatures.ReluChain;

    internal override long Parameters => _weights.Sum(w => (long)w.AsMemory().Length + w.Rows);

    /// <inheritdoc/>
    public override void Lift(Matrix states, Matrix lifted, int row, ILinearAlgebra la)
    {
        ArgumentNullException.ThrowIfNull(states);
        ArgumentNullException.ThrowIfNull(lifted);
        ArgumentNullException.ThrowIfNull(la);
        Guard.Shape(states, _weights[0].Rows, states.Columns, "the matrix of states to lift");
        var z = states;
        for (var k = 0; k < _weights.Length; k++)
        {
            z = la.Multiply(_weights[k], z);
            for (var j = 0; j < z.Columns; j++)
            {
                var column = z.Column(j);
                TensorPrimitives.Add(column, _biases[k], column);
                TensorPrimitives.Max(column, 0.0, column);
                column.CopyTo(lifted.Column(j)[(row + (k * column.Length))..]);
            }
        }
    }

    internal override void Store(TensorArchive archive, string prefix)
    {
        archive.Add($"{prefix}layers", new long[] { _weights.Length }, 1);
        for (var k = 0; k < _weights.Length; k++)
        {
            StoredFeatures.Add(archive, $"{prefix}weights.{k + 1}", _weights[k]);
            archive.Add($"{prefix}bias.{k + 1}", _biases[k], _biases[k].Length);
        }
    }

    internal static ReluChainFeature Load(TensorArchive archive, string prefix, int width)
    {
        var layers = StoredFeatures.Integer(archive, $"{prefix}layers", 1, Dictionary.MostFeatures);
        var weights = new Matrix[layers];
        var biases = new double[layers][];
        for (var k = 0; k < layers; k++)
        {
            weights[k] = StoredFeatures.Matrix(archive, $"{prefix}weights.{k + 1}", width);
            biases[k] = StoredFeatures.Vector(archive, $"{prefix}bias.{k + 1}", width);
            if (weights[k].Columns != width)
            {
                throw new TensorFormatException(
                    $"tensor \"{prefix}weights.{k + 1}\" has {weights[k].Columns} columns, expected {width}");
            }
        }

        return new ReluChainFeature(weights, biases);
    }
}
