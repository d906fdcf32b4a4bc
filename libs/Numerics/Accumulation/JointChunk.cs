using System.Numerics.Tensors;

namespace KoopmanMesh.Numerics.Accumulation;

/// <summary>
/// Joint snapshots s = [x; y] in float64 that wait to be folded into a state: column j of a (n + p) × capacity matrix
/// is snapshot j. Folding only full chunks makes the result independent of how the rows were batched.
/// </summary>
internal sealed class JointChunk(int before, int after, int capacity)
{
    // One column more than snapshots: a fold puts the shift of the mean there.
    private readonly double[] _values = GC.AllocateUninitializedArray<double>(
        checked((before + after) * (capacity + 1)));

    public int BeforeWidth => before;

    public int Width => before + after;

    public int Rows { get; private set; }

    public int Room => capacity - Rows;

    /// <summary>Column j, which may be the spare one after the last snapshot.</summary>
    public Span<double> Column(int j) => _values.AsSpan(j * Width, Width);

    /// <summary>The first <paramref name="columns"/> columns.</summary>
    public ReadOnlySpan<double> Columns(int columns) => _values.AsSpan(0, columns * Width);

    /// <summary>Appends checked rows, as many as there is room for.</summary>
    public void Append(ReadOnlySpan<float> x, ReadOnlySpan<float> y, int rows)
    {
        for (var i = 0; i < rows; i++)
        {
            var column = Column(Rows++);
            TensorPrimitives.ConvertTruncating(x.Slice(i * before, before), column);
            TensorPrimitives.ConvertTruncating(y.Slice(i * after, after), column[before..]);
        }
    }

    /// <summary>The same for numbers that are float64 already.</summary>
    public void Append(ReadOnlySpan<double> x, ReadOnlySpan<double> y, int rows)
    {
        for (var i = 0; i < rows; i++)
        {
            var column = Column(Rows++);
            x.Slice(i * before, before).CopyTo(column);
            y.Slice(i * after, after).CopyTo(column[before..]);
        }
    }

    public void Clear() => Rows = 0;

    /// <summary>Mean of the snapshots; there is at least one.</summary>
    public double[] Mean()
    {
        var mean = new double[Width];
        for (var j = 0; j < Rows; j++)
        {
            TensorPrimitives.Add(mean, Column(j), mean);
        }

        TensorPrimitives.Divide(mean, Rows, mean);
        return mean;
    }

    /// <summary>Subtracts <paramref name="centre"/> from every snapshot, in place.</summary>
    public void Subtract(ReadOnlySpan<double> centre)
    {
        for (var j = 0; j < Rows; j++)
        {
            TensorPrimitives.Subtract(Column(j), centre, Column(j));
        }
    }
}
