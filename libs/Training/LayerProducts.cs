using System.Buffers;
using System.Numerics;
using System.Numerics.Tensors;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Training;

/// <summary>
/// One layer forward and backward over rows. X (rows × inputs) and Y (rows × outputs) are row-major, so as column-major
/// matrices <c>Y' = act(W X' + b)</c>, <c>dW = dY' X</c>, <c>dX = dY W</c>, with W row-major too.
/// </summary>
internal static class LayerProducts
{
    // Rows narrower than this are taken several at a time, so that the loops over them are long.
    private const int LongRow = 256;

    /// <summary>Y of X. O(rows · inputs · outputs).</summary>
    /// <param name="algebra">What multiplies.</param>
    /// <param name="layer">W, b and act.</param>
    /// <param name="x">X.</param>
    /// <param name="y">Y.</param>
    /// <param name="slope">act' where going back needs it and is intended, see <see cref="Activations"/>.</param>
    public static void Forward<T>(
        ILinearAlgebra algebra, DenseLayer<T> layer, ReadOnlySpan<T> x, Span<T> y, Span<T> slope = default)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        MatrixProduct.Multiply(
            algebra, (true, false), (layer.Outputs, y.Length / layer.Outputs, layer.Inputs), layer.Weights.Span, x, y);
        var pattern = Pattern<T>(layer.Outputs, out var buffer);
        for (var start = 0; start < pattern.Length; start += layer.Outputs)
        {
            layer.Biases.Span.CopyTo(pattern[start..]);
        }

        for (var start = 0; start < y.Length; start += pattern.Length)
        {
            var part = y.Slice(start, Math.Min(pattern.Length, y.Length - start));
            TensorPrimitives.Add(part, pattern[..part.Length], part);
            Activations.Apply(layer.Activation, part, slope.IsEmpty ? slope : slope.Slice(start, part.Length));
        }

        ArrayPool<T>.Shared.Return(buffer);
    }

    /// <summary>dX of dY. O(rows · inputs · outputs).</summary>
    public static void Backward<T>(ILinearAlgebra algebra, DenseLayer<T> layer, ReadOnlySpan<T> dy, Span<T> dx)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        MatrixProduct.Multiply(
            algebra, (false, false), (layer.Inputs, dy.Length / layer.Outputs, layer.Outputs), layer.Weights.Span, dy,
            dx);

    /// <summary>
    /// dW and db (the column sums of dY), laid out as the layer's parameters. O(rows · inputs · outputs).
    /// </summary>
    public static void Gradient<T>(
        ILinearAlgebra algebra, DenseLayer<T> layer, ReadOnlySpan<T> x, ReadOnlySpan<T> dy, Span<T> gradient)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var biases = gradient[layer.Weights.Length..];
        MatrixProduct.Multiply(
            algebra, (false, true), (layer.Inputs, layer.Outputs, dy.Length / layer.Outputs), x, dy,
            gradient[..layer.Weights.Length]);
        var sums = Pattern<T>(layer.Outputs, out var buffer);
        sums.Clear();
        for (var start = 0; start < dy.Length; start += sums.Length)
        {
            var part = dy.Slice(start, Math.Min(sums.Length, dy.Length - start));
            TensorPrimitives.Add(sums[..part.Length], part, sums);
        }

        biases.Clear();
        for (var start = 0; start < sums.Length; start += layer.Outputs)
        {
            TensorPrimitives.Add(biases, sums.Slice(start, layer.Outputs), biases);
        }

        ArrayPool<T>.Shared.Return(buffer);
    }

    // A whole number of rows; the buffer goes back to the pool.
    private static Span<T> Pattern<T>(int width, out T[] buffer)
    {
        var length = width * ((LongRow + width - 1) / width);
        buffer = ArrayPool<T>.Shared.Rent(length);
        return buffer.AsSpan(0, length);
    }
}
