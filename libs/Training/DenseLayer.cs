using System.Numerics;

namespace KoopmanMesh.Training;

/// <summary>
/// One layer, <c>y = act(W x + b)</c>. W is <see cref="Outputs"/> × <see cref="Inputs"/>, row-major, as ONNX's Gemm
/// with transB = 1 and PyTorch's Linear keep it. The memory is the network's own: training changes it.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
public sealed class DenseLayer<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    internal DenseLayer(Memory<T> weights, Memory<T> biases, bool relu)
    {
        (Weights, Biases, HasRelu) = (weights, biases, relu);
        (Outputs, Inputs) = (biases.Length, weights.Length / biases.Length);
    }

    /// <summary>Length of x.</summary>
    public int Inputs { get; }

    /// <summary>Length of y.</summary>
    public int Outputs { get; }

    /// <summary>Whether act is ReLU; otherwise it is the identity.</summary>
    public bool HasRelu { get; }

    /// <summary>W, row-major.</summary>
    public Memory<T> Weights { get; }

    /// <summary>b.</summary>
    public Memory<T> Biases { get; }
}
