using System.Numerics;

namespace KoopmanMesh.Training;

/// <summary>
/// One layer, <c>y = act(W x + b)</c>. W is <see cref="Outputs"/> × <see cref="Inputs"/>, row-major, as ONNX's Gemm
/// with transB = 1 and PyTorch's Linear keep it. The memory of a network's layer is the network's own: training changes
/// it.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
public sealed class DenseLayer<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Over memory that is not copied.</summary>
    /// <param name="weights">W, row-major: as many equal rows as there are biases.</param>
    /// <param name="biases">b, at least one.</param>
    /// <param name="hasRelu">Whether act is ReLU; otherwise it is the identity.</param>
    /// <exception cref="ArgumentException">The weights are no whole number of rows, or there are none.</exception>
    public DenseLayer(Memory<T> weights, Memory<T> biases, bool hasRelu)
        : this(weights, biases, hasRelu ? Activation.Relu : Activation.Identity)
    {
    }

    /// <summary>Over memory that is not copied.</summary>
    /// <param name="weights">W, row-major: as many equal rows as there are biases.</param>
    /// <param name="biases">b, at least one.</param>
    /// <param name="activation">act.</param>
    /// <exception cref="ArgumentException">The weights are no whole number of rows, or there are none.</exception>
    public DenseLayer(Memory<T> weights, Memory<T> biases, Activation activation)
    {
        if (biases.IsEmpty || weights.IsEmpty || weights.Length % biases.Length != 0)
        {
            throw new ArgumentException(
                $"a layer's weights are as many equal rows as it has biases, at least one, got {weights.Length} "
                + $"weights and {biases.Length} biases",
                nameof(weights));
        }

        (Weights, Biases, Activation) = (weights, biases, activation);
        (Outputs, Inputs) = (biases.Length, weights.Length / biases.Length);
    }

    /// <summary>Length of x.</summary>
    public int Inputs { get; }

    /// <summary>Length of y.</summary>
    public int Outputs { get; }

    /// <summary>act.</summary>
    public Activation Activation { get; }

    /// <summary>Whether act is ReLU.</summary>
    public bool HasRelu => Activation == Activation.Relu;

    /// <summary>
    /// Training leaves W and b as they are, bit for bit; the layers before still learn through this one. Default false.
    /// </summary>
    public bool IsFrozen { get; set; }

    /// <summary>W, row-major.</summary>
    public Memory<T> Weights { get; }

    /// <summary>b.</summary>
    public Memory<T> Biases { get; }

    /// <summary>Takes over W and b of a layer of the same shape.</summary>
    /// <exception cref="ArgumentException">It has another shape.</exception>
    public void CopyFrom(DenseLayer<T> layer)
    {
        ArgumentNullException.ThrowIfNull(layer);
        if ((layer.Inputs, layer.Outputs) != (Inputs, Outputs))
        {
            throw new ArgumentException(
                $"a layer of {Outputs} x {Inputs} weights can't take those of a layer of {layer.Outputs} x "
                + $"{layer.Inputs}",
                nameof(layer));
        }

        layer.Weights.CopyTo(Weights);
        layer.Biases.CopyTo(Biases);
    }
}
