using System.Numerics.Tensors;
using KoopmanMesh.Contracts.Tensors;
using KoopmanMesh.Numerics.Training.Snapshots;
using KoopmanMesh.ServiceDefaults.Errors;
using KoopmanMesh.Tensor.V1;

namespace KoopmanMesh.Koopman.Training.Calls;

/// <summary>Values in the order of a layout, as the tensors of the layout in pieces.</summary>
internal static class TensorPieces
{
    private const int PieceValues = TensorCodec.ChunkBytes / sizeof(float);

    /// <summary>Weights in the element type of the run. They must stay unchanged until they are sent.</summary>
    public static IEnumerable<TensorFrame> OfWeights(ParameterLayout layout, double[] weights, bool isSingle) =>
        isSingle ? Singles(layout, weights) : Of<double>(layout, weights, "");

    /// <summary>One value a parameter: masks.</summary>
    /// <param name="layout">Of the values.</param>
    /// <param name="values">As many.</param>
    /// <param name="prefix">Before the names.</param>
    public static IEnumerable<TensorFrame> Of<T>(ParameterLayout layout, ReadOnlyMemory<T> values, string prefix)
        where T : unmanaged => Enumerable.Range(0, layout.Tensors.Length).SelectMany(i => TensorCodec.Frames(
            prefix + layout.Tensors[i].Name, values.Slice((int)layout.Start(i), (int)layout.Tensors[i].Count),
            layout.Tensors[i].Shape));

    /// <summary>Refuses weights that the run's element type can't hold.</summary>
    public static void RequireRepresentable(double[] weights, bool isSingle)
    {
        if (isSingle && TensorPrimitives.MaxMagnitude<double>(weights) is var largest
            && Math.Abs(largest) > float.MaxValue)
        {
            throw new PreconditionException(
                "RESULT_NOT_FINITE", "options.clip",
                FormattableString.Invariant($"a predicted value is {largest:0.###e0}, which float32 can't hold; ")
                + "clip the eigenvalues or look less far ahead");
        }
    }

    private static IEnumerable<TensorFrame> Singles(ParameterLayout layout, double[] weights)
    {
        for (var i = 0; i < layout.Tensors.Length; i++)
        {
            var (start, count) = ((int)layout.Start(i), (int)layout.Tensors[i].Count);
            yield return new TensorFrame
            {
                Header = new TensorHeader
                {
                    Name = layout.Tensors[i].Name,
                    ElementType = ElementType.Float32,
                    Shape = { layout.Tensors[i].Shape },
                    ByteLength = (long)count * sizeof(float),
                },
            };
            for (var first = 0; first < count; first += PieceValues)
            {
                var piece = new float[Math.Min(PieceValues, count - first)];
                TensorPrimitives.ConvertTruncating<double, float>(weights.AsSpan(start + first, piece.Length), piece);
                yield return new TensorFrame { Chunk = new TensorChunk { Data = TensorCodec.Bytes<float>(piece) } };
            }
        }
    }
}
