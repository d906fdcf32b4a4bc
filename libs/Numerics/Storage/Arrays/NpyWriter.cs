using System.Runtime.InteropServices;

namespace KoopmanMesh.Numerics.Storage.Arrays;

/// <summary>
/// Writes a float64 matrix of states as an NPY file, state by state and in constant memory. The file appears under its
/// name only when it is complete.
/// </summary>
public sealed class NpyWriter : IDisposable
{
    private readonly AtomicFile _file;
    private long _left;

    /// <summary>
    /// Begins a file of <paramref name="count"/> states of <paramref name="width"/> numbers: [width, count] in Fortran
    /// order for <see cref="SnapshotAxis.Columns"/>, [count, width] in C order for <see cref="SnapshotAxis.Rows"/>.
    /// </summary>
    /// <exception cref="IOException">The folder is missing or full.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder can't be written to.</exception>
    public NpyWriter(string path, int width, long count, SnapshotAxis axis)
    {
        _left = checked(width * count);
        _file = new AtomicFile(path);
        _file.Content.Write(axis == SnapshotAxis.Rows
            ? NpyFormat.Header(count, width, fortran: false)
            : NpyFormat.Header(width, count, fortran: true));
    }

    /// <summary>Adds the next numbers, state after state.</summary>
    public void Write(ReadOnlySpan<double> states)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(states.Length, _left, nameof(states));
        _file.Content.Write(MemoryMarshal.AsBytes(states));
        _left -= states.Length;
    }

    /// <summary>Gives the complete file its name, replacing what had it.</summary>
    public void Complete()
    {
        if (_left != 0)
        {
            throw new InvalidOperationException($"{_left} numbers are missing");
        }

        _file.Complete();
    }

    /// <summary>Deletes the file unless it was completed.</summary>
    public void Dispose() => _file.Dispose();
}
