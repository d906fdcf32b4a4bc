using System.Numerics;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Training;

/// <summary>A stack of dense layers, ReLU after every one but the last, whose outputs are logits.</summary>
/// <typeparam name="T">float (what the exported network computes in) or double (for checks).</typeparam>
public sealed class DenseNetwork<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Initial value of every bias.</summary>
    public const double InitialBias = 0.01;

    private const int Block = 1_024;

    private readonly T[] _parameters;
    private readonly int[] _widths;
    private readonly DenseLayer<T>[] _layers;

    /// <summary>
    /// Weights by Kaiming's rule, normal with standard deviation sqrt(2 / inputs); biases <see cref="InitialBias"/>.
    /// The same seed gives the same bits.
    /// </summary>
    /// <param name="widths">Inputs, hidden widths, classes: at least two numbers, e.g. 2, 8, 6, 4, 3, 2.</param>
    /// <param name="seed">Seed of <see cref="RandomState"/>.</param>
    public DenseNetwork(IReadOnlyList<int> widths, uint seed)
    {
        ArgumentNullException.ThrowIfNull(widths);
        if (widths.Count < 2 || widths.Any(w => w <= 0))
        {
            throw new ArgumentException(
                $"a network needs at least two widths, all positive, got {string.Join(", ", widths)}", nameof(widths));
        }

        _widths = [.. widths];
        _layers = new DenseLayer<T>[_widths.Length - 1];
        _parameters = new T[_layers.Select((_, i) => checked((_widths[i] + 1) * _widths[i + 1])).Sum()];
        var random = new RandomState(seed);
        var start = 0;
        for (var i = 0; i < _layers.Length; i++)
        {
            var (inputs, outputs) = (_widths[i], _widths[i + 1]);
            var weights = _parameters.AsMemory(start, inputs * outputs);
            var biases = _parameters.AsMemory(start + weights.Length, outputs);
            start += weights.Length + outputs;
            var deviation = Math.Sqrt(2.0 / inputs);
            foreach (ref var weight in weights.Span)
            {
                weight = T.CreateTruncating(deviation * random.NextNormal());
            }

            biases.Span.Fill(T.CreateTruncating(InitialBias));
            _layers[i] = new DenseLayer<T>(weights, biases, relu: i < _layers.Length - 1);
        }
    }

    /// <summary>Inputs, hidden widths, classes.</summary>
    public IReadOnlyList<int> Widths => _widths;

    /// <summary>The layers, first to last.</summary>
    public IReadOnlyList<DenseLayer<T>> Layers => _layers;

    /// <summary>All weights and biases: per layer W row-major, then b.</summary>
    public Memory<T> Parameters => _parameters;

    /// <summary>The logits of rows, both row-major.</summary>
    /// <param name="algebra">What multiplies.</param>
    /// <param name="rows">Any number of rows of the first width.</param>
    /// <param name="logits">As many rows of the last width.</param>
    public void Predict(ILinearAlgebra algebra, ReadOnlySpan<T> rows, Span<T> logits)
    {
        ArgumentNullException.ThrowIfNull(algebra);
        var (inputs, classes) = (_widths[0], _widths[^1]);
        var count = rows.Length / inputs;
        if (rows.Length != count * inputs || logits.Length != (long)count * classes)
        {
            throw new ArgumentException(
                $"rows are {inputs} and logits {classes} numbers long; got {rows.Length} and {logits.Length} in all",
                nameof(rows));
        }

        var work = new Propagation<T>(algebra, this, Math.Min(count, Block));
        for (var start = 0; start < count; start += Block)
        {
            var size = Math.Min(Block, count - start);
            Transposition.Copy(rows.Slice(start * inputs, size * inputs), work.Inputs(size), size, inputs);
            Transposition.Copy(work.Forward(size), logits.Slice(start * classes, size * classes), classes, size);
        }
    }

    /// <summary>The fraction of rows whose largest logit is their label's.</summary>
    public double Accuracy(ILinearAlgebra algebra, LabelledData data)
    {
        ArgumentNullException.ThrowIfNull(data);
        var rows = new T[data.Values.Length];
        for (var i = 0; i < rows.Length; i++)
        {
            rows[i] = T.CreateTruncating(data.Values.Span[i]);
        }

        var classes = _widths[^1];
        var logits = new T[data.Rows * classes];
        Predict(algebra, rows, logits);
        var right = 0;
        for (var i = 0; i < data.Rows; i++)
        {
            var row = logits.AsSpan(i * classes, classes);
            right += System.Numerics.Tensors.TensorPrimitives.IndexOfMax<T>(row) == data.Labels.Span[i] ? 1 : 0;
        }

        return (double)right / data.Rows;
    }
}
