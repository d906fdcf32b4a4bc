using System.Buffers;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using KoopmanMesh.Numerics.Training.Snapshots;

namespace KoopmanMesh.Koopman.Training.Storage;

/// <summary>
/// Consecutive snapshots of a run that are held where they are until it is disposed. Values are read from the file as
/// they are asked for.
/// </summary>
internal sealed class SpooledTrajectory : ITrajectory, IDisposable
{
    private const int PieceValues = 1 << 16;

    private readonly SnapshotFile _file;
    private readonly SnapshotRing.Hold _hold;
    private readonly long _first;

    public SpooledTrajectory(
        TrainingRun run, SnapshotFile file, SnapshotRing.Hold hold, IReadOnlyList<StoredSnapshot> snapshots)
    {
        (_file, _hold, _first) = (file, hold, snapshots.Count == 0 ? 0 : snapshots[0].Index);
        (Layout, IsSingle) = (run.Layout, run.IsSingle);
        Snapshots = [.. snapshots.Select(snapshot => snapshot.Snapshot)];
    }

    public ParameterLayout Layout { get; }

    public IReadOnlyList<Snapshot> Snapshots { get; }

    public bool IsSingle { get; }

    public void Read(int index, long first, Span<double> values)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Snapshots.Count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(first + values.Length, Layout.Count, nameof(first));
        if (IsSingle)
        {
            ReadSingles(index, first, values);
        }
        else
        {
            _file.Read(_first + index, first * sizeof(double), MemoryMarshal.AsBytes(values));
        }
    }

    public void Dispose() => _hold.Dispose();

    private void ReadSingles(int index, long first, Span<double> values)
    {
        var buffer = ArrayPool<float>.Shared.Rent(Math.Min(values.Length, PieceValues));
        try
        {
            while (!values.IsEmpty)
            {
                var piece = buffer.AsSpan(0, Math.Min(values.Length, buffer.Length));
                _file.Read(_first + index, first * sizeof(float), MemoryMarshal.AsBytes(piece));
                TensorPrimitives.ConvertTruncating<float, double>(piece, values);
                values = values[piece.Length..];
                first += piece.Length;
            }
        }
        finally
        {
            ArrayPool<float>.Shared.Return(buffer);
        }
    }
}
