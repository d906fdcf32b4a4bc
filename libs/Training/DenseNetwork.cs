using System.Numerics;

namespace KoopmanMesh.Training;

/// <summary>
/// A stack of dense layers. A batch is row-major everywhere, one row a sample, as PyTorch keeps it: as a column-major
/// matrix, one snapshot a column.
/// </summary>
/// <typeparam name="T">float (what the exported network computes in) or double (for checks).</typeparam>
public sealed partial class DenseNetwork<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Initial value of every bias.</summary>
    public const double InitialBias = 0.01;

    private readonly T[] _parameters;
    private readonly int[] _widths;
    private readonly DenseLayer<T>[] _layers;

    /// <summary>
    /// Weights by Kaiming's rule, normal with standard deviation sqrt(2 / inputs); biases <see cref="InitialBias"/>.
    /// The same seed gives the same bits. ReLU follows every layer but the last, whose outputs are logits.
    /// </summary>
    /// <param name="widths">Inputs, hidden widths, classes: at least two numbers, e.g. 2, 8, 6, 4, 3, 2.</param>
    /// <param name="seed">Seed of <see cref="RandomState"/>.</param>
    /// <param name="outputRelu">ReLU after the last layer too.</param>
    public DenseNetwork(IReadOnlyList<int> widths, uint seed, bool outputRelu = false)
        : this(
            widths, seed,
            new DenseInitialisation { Output = outputRelu ? Activation.Relu : Activation.Identity })
    {
    }

    /// <summary>As the other, with other activations and starting values.</summary>
    /// <param name="widths">Inputs, hidden widths, outputs: at least two numbers.</param>
    /// <param name="seed">Seed of <see cref="RandomState"/>.</param>
    /// <param name="initialisation">Activations, and what is drawn.</param>
    /// <exception cref="ArgumentException">There are fewer than two widths, or one is not positive.</exception>
    public DenseNetwork(IReadOnlyList<int> widths, uint seed, DenseInitialisation initialisation)
        : this(Checked(widths), (initialisation ?? throw new ArgumentNullException(nameof(initialisation)))
            .Activations(widths.Count - 1))
    {
        var random = new RandomState(seed);
        for (var i = 0; i < _layers.Length; i++)
        {
            initialisation.Draw(random, _layers[i], isFirst: i == 0);
        }
    }

    internal DenseNetwork(int[] widths, Activation[] activations)
    {
        MatrixProduct.Require<T>();
        (_widths, _layers) = (widths, new DenseLayer<T>[activations.Length]);
        _parameters = new T[checked(_layers.Select((_, i) => checked((widths[i] + 1) * widths[i + 1])).Sum())];
        var start = 0;
        for (var i = 0; i < _layers.Length; i++)
        {
            var weights = _parameters.AsMemory(start, widths[i] * widths[i + 1]);
            var biases = _parameters.AsMemory(start + weights.Length, widths[i + 1]);
            start += weights.Length + biases.Length;
            _layers[i] = new DenseLayer<T>(weights, biases, activations[i]);
        }
    }

    /// <summary>Inputs, hidden widths, outputs.</summary>
    public IReadOnlyList<int> Widths => _widths;

    /// <summary>The layers, first to last.</summary>
    public IReadOnlyList<DenseLayer<T>> Layers => _layers;

    /// <summary>All weights and biases: per layer W row-major, then b.</summary>
    public Memory<T> Parameters => _parameters;

    private static int[] Checked(IReadOnlyList<int> widths)
    {
        ArgumentNullException.ThrowIfNull(widths);
        return widths.Count >= 2 && widths.All(w => w > 0)
            ? [.. widths]
            : throw new ArgumentException(
                $"a network needs at least two widths, all positive, got {string.Join(", ", widths)}", nameof(widths));
    }
}
