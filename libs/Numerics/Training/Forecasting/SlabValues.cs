using System.Buffers;
using System.Numerics.Tensors;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Training.Snapshots;

namespace KoopmanMesh.Numerics.Training.Forecasting;

/// <summary>The values of a slab over all snapshots, one snapshot after the other, in a borrowed buffer.</summary>
internal sealed class SlabValues : IDisposable
{
    private readonly double[] _values;

    private SlabValues(double[] values, int rows, int columns) => (_values, Rows, Columns) = (values, rows, columns);

    public int Rows { get; }

    public int Columns { get; }

    /// <summary>Reads each value once.</summary>
    public static SlabValues Read(ITrajectory trajectory, IReadOnlyList<ValueRange> ranges)
    {
        var rows = checked((int)ranges.Sum(range => range.Count));
        var columns = trajectory.Snapshots.Count;
        var slab = new SlabValues(ArrayPool<double>.Shared.Rent(checked(rows * columns)), rows, columns);
        for (var k = 0; k < columns; k++)
        {
            var rest = slab._values.AsSpan(k * rows, rows);
            foreach (var range in ranges)
            {
                trajectory.Read(k, range.First, rest[..(int)range.Count]);
                rest = rest[(int)range.Count..];
            }
        }

        return slab;
    }

    /// <summary>All of them.</summary>
    public ReadOnlySpan<double> Values => _values.AsSpan(0, Rows * Columns);

    /// <summary>Snapshot k of all rows.</summary>
    public Span<double> Column(int k) => _values.AsSpan(k * Rows, Rows);

    /// <summary>
    /// Those of <paramref name="rows"/> whose value changes before the last snapshot: of a first change there nothing
    /// can be learned.
    /// </summary>
    public int[] Moving(int[] rows)
    {
        // Most rows move at once, so that the list of those at rest is soon empty.
        var resting = rows.ToList();
        var first = Column(0);
        for (var k = 1; k < Columns - 1 && resting.Count > 0; k++)
        {
            var kept = 0;
            var column = Column(k);
            for (var i = 0; i < resting.Count; i++)
            {
                if (column[resting[i]] == first[resting[i]])
                {
                    resting[kept++] = resting[i];
                }
            }

            resting.RemoveRange(kept, resting.Count - kept);
        }

        if (resting.Count == 0)
        {
            return rows;
        }

        var rest = resting.ToHashSet();
        return Array.FindAll(rows, row => !rest.Contains(row));
    }

    /// <summary>Takes <paramref name="reference"/> from every snapshot.</summary>
    public void Subtract(ReadOnlySpan<double> reference)
    {
        for (var k = 0; k < Columns; k++)
        {
            TensorPrimitives.Subtract(Column(k), reference, Column(k));
        }
    }

    /// <summary>Some rows of all snapshots, a copy.</summary>
    public Matrix Gather(int[] rows)
    {
        var gathered = new Matrix(rows.Length, Columns);
        for (var k = 0; k < Columns; k++)
        {
            var from = Column(k);
            var to = gathered.Column(k);
            for (var i = 0; i < rows.Length; i++)
            {
                to[i] = from[rows[i]];
            }
        }

        return gathered;
    }

    public void Dispose() => ArrayPool<double>.Shared.Return(_values);
}
