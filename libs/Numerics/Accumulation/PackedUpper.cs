using System.Numerics.Tensors;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Accumulation;

/// <summary>
/// Upper triangles of symmetric matrices, column after column: element (i, j), i ≤ j, lies at j (j + 1) / 2 + i. Half
/// the memory, and a column stays contiguous.
/// </summary>
internal static class PackedUpper
{
    public static int Length(int order) => checked((int)((long)order * (order + 1) / 2));

    public static Span<double> Column(Span<double> packed, int j) => packed.Slice(Length(j), j + 1);

    public static ReadOnlySpan<double> Column(ReadOnlySpan<double> packed, int j) => packed.Slice(Length(j), j + 1);

    /// <summary>packed += upper triangle of the full column-major matrix.</summary>
    public static void AddFull(Span<double> packed, ReadOnlySpan<double> full, int order)
    {
        for (var j = 0; j < order; j++)
        {
            var column = Column(packed, j);
            TensorPrimitives.Add(column, full.Slice(j * order, j + 1), column);
        }
    }

    /// <summary>packed += weight · v v'.</summary>
    public static void AddOuter(Span<double> packed, double weight, ReadOnlySpan<double> v)
    {
        for (var j = 0; j < v.Length; j++)
        {
            var column = Column(packed, j);
            TensorPrimitives.MultiplyAdd(v[..(j + 1)], weight * v[j], column, column);
        }
    }

    /// <summary>packed += weight · other.</summary>
    public static void AddScaled(Span<double> packed, double weight, ReadOnlySpan<double> other) =>
        TensorPrimitives.MultiplyAdd(other, weight, packed, packed);

    /// <summary>Both triangles, as a new matrix.</summary>
    public static Matrix Unpack(ReadOnlySpan<double> packed, int order)
    {
        var full = new Matrix(order, order, GC.AllocateUninitializedArray<double>(checked(order * order)));
        for (var j = 0; j < order; j++)
        {
            Column(packed, j).CopyTo(full.Column(j));
        }

        LinearAlgebraExtensions.MirrorUpper(full);
        return full;
    }

    /// <summary>The upper triangle of a square matrix into <paramref name="packed"/>.</summary>
    public static void Pack(Matrix full, Span<double> packed)
    {
        for (var j = 0; j < full.Columns; j++)
        {
            full.Column(j)[..(j + 1)].CopyTo(Column(packed, j));
        }
    }
}
