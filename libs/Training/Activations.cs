using System.Numerics;
using System.Numerics.Tensors;

namespace KoopmanMesh.Training;

/// <summary>Activations over whole spans, forward and backward. O(length).</summary>
internal static class Activations
{
    /// <summary>Whether the derivative needs more than y: the sine's sign is lost in it.</summary>
    public static bool NeedsSlope(Activation activation) => activation == Activation.Sine;

    /// <summary>z becomes y = act(z).</summary>
    /// <param name="activation">act.</param>
    /// <param name="y">z before, y after.</param>
    /// <param name="slope">As long as y where <see cref="NeedsSlope"/> and someone goes back; otherwise empty.</param>
    public static void Apply<T>(Activation activation, Span<T> y, Span<T> slope)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        switch (activation)
        {
            case Activation.Relu:
                TensorPrimitives.Max(y, T.Zero, y);
                break;
            case Activation.Tanh:
                TensorPrimitives.Tanh(y, y);
                break;
            case Activation.Sine:
                if (!slope.IsEmpty)
                {
                    TensorPrimitives.Cos(y, slope);
                }

                TensorPrimitives.Sin(y, y);
                break;
            default:
                break;
        }
    }

    /// <summary>dL/dy becomes dL/dz.</summary>
    /// <param name="activation">act.</param>
    /// <param name="y">What <see cref="Apply"/> made.</param>
    /// <param name="slope">The slope it made.</param>
    /// <param name="dy">As long as y; overwritten.</param>
    public static void Backward<T>(Activation activation, ReadOnlySpan<T> y, ReadOnlySpan<T> slope, Span<T> dy)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        switch (activation)
        {
            case Activation.Relu:
                CloseWhereDead(y, dy);
                break;
            case Activation.Tanh:
                Saturate(y, dy);
                break;
            case Activation.Sine:
                TensorPrimitives.Multiply(dy, slope, dy);
                break;
            default:
                break;
        }
    }

    // The derivative of ReLU: dY is 0 where Y is.
    private static void CloseWhereDead<T>(ReadOnlySpan<T> y, Span<T> dy)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var i = 0;
        for (; i <= dy.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            var open = Vector.GreaterThan(new Vector<T>(y[i..]), Vector<T>.Zero);
            Vector.ConditionalSelect(open, new Vector<T>(dy[i..]), Vector<T>.Zero).CopyTo(dy[i..]);
        }

        for (; i < dy.Length; i++)
        {
            dy[i] = y[i] > T.Zero ? dy[i] : T.Zero;
        }
    }

    // The derivative of tanh: dY (1 - Y²).
    private static void Saturate<T>(ReadOnlySpan<T> y, Span<T> dy)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var i = 0;
        for (; i <= dy.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            var value = new Vector<T>(y[i..]);
            (new Vector<T>(dy[i..]) * (Vector<T>.One - (value * value))).CopyTo(dy[i..]);
        }

        for (; i < dy.Length; i++)
        {
            dy[i] *= T.One - (y[i] * y[i]);
        }
    }
}
