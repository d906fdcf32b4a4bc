using System.Numerics.Tensors;
using KoopmanMesh.Numerics.Storage.Arrays;

namespace KoopmanMesh.Cli.Commands;

/// <summary>An array of snapshots that is read from its first to its last, finite or not at all.</summary>
internal sealed class SnapshotFile : IDisposable
{
    private readonly ArraySource _source;
    private readonly SnapshotReader _reader;

    public SnapshotFile(string path, SnapshotAxis axis)
    {
        _source = ArraySource.Open(path);
        try
        {
            _reader = new SnapshotReader(_source, axis);
        }
        catch
        {
            _source.Dispose();
            throw;
        }
    }

    public string Name => _source.Name;

    public long Bytes => _source.Bytes;

    public bool FitsSingle => _source.FitsSingle;

    public int Axes => _source.Shape.Count;

    public int Width => _reader.Width;

    public long Length => _reader.Length;

    public long Trajectories => _reader.Trajectories;

    /// <summary>Its extents for people.</summary>
    public string Describe(string what = "feature") =>
        (Trajectories > 1 ? $"{Trajectories} trajectories of " : "")
        + $"{Count(Width, what)} x {Count(Length, "snapshot")}";

    /// <summary>As <see cref="SnapshotReader.Read"/>, but NaN and infinity are refused where they are.</summary>
    public int Read(Span<double> states)
    {
        var first = _reader.Position;
        var count = _reader.Read(states);
        var read = states[..(count * Width)];

        // The sum of squares may overflow where no number is infinite: then the search below finds nothing.
        if (!double.IsFinite(TensorPrimitives.SumOfSquares<double>(read)))
        {
            RequireFinite(read, first);
        }

        return count;
    }

    public void Dispose() => _source.Dispose();

    private void RequireFinite(ReadOnlySpan<double> states, long first)
    {
        for (var i = 0; i < states.Length; i++)
        {
            if (!double.IsFinite(states[i]))
            {
                var (trajectory, snapshot) = Math.DivRem(first + (i / Width), Length);
                var where = Trajectories > 1 ? $"trajectory {trajectory}, " : "";
                throw new ArrayFileException(
                    $"'{Name}' holds {(double.IsNaN(states[i]) ? "NaN" : "infinity")} at {where}feature {i % Width}, "
                    + $"snapshot {snapshot} (counted from 0)");
            }
        }
    }

    private static string Count(long count, string what) => count == 1 ? $"1 {what}" : $"{count} {what}s";
}
