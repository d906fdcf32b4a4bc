using System.Runtime.InteropServices;

namespace KoopmanMesh.Numerics.Storage.Arrays;

/// <summary>
/// Writes a float64 matrix of states as an NPY file, state by state and in constant memory. The file appears under its
/// name only when it is complete.
/// </summary>
public sealed class NpyWriter : IDisposable
{
    private readonly string _path;
    private readonly string _partial;
    private readonly FileStream _file;
    private long _left;

    /// <summary>
    /// Begins a file of <paramref name="count"/> states of <paramref name="width"/> numbers: [width, count] in Fortran order
    /// for <see cref="SnapshotAxis.Columns"/>, [count, width] in C order for <see cref="SnapshotAxis.Rows"/>.
    /// </summary>
    public NpyWriter(string path, int width, long count, SnapshotAxis axis)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        _left = checked(width * count);
        _path = Path.GetFullPath(path);
        _partial = Path.Combine(Path.GetDirectoryName(_path)!, $".{Path.GetFileName(_path)}.{Guid.NewGuid():N}.partial");
        _file = new FileStream(_partial, FileMode.CreateNew, FileAccess.Write);
        _file.Write(axis == SnapshotAxis.Rows
            ? NpyFormat.Header(count, width, fortran: false)
            : NpyFormat.Header(width, count, fortran: true));
    }

    /// <summary>Adds the next numbers, state after state.</summary>
    public void Write(ReadOnlySpan<double> states)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(states.Length, _left, nameof(states));
        _file.Write(MemoryMarshal.AsBytes(states));
        _left -= states.Length;
    }

    /// <summary>Gives the complete file its name, replacing what had it.</summary>
    public void Complete()
    {
        if (_left != 0)
        {
            throw new InvalidOperationException($"{_left} numbers are missing");
        }

        _file.Dispose();
        File.Move(_partial, _path, overwrite: true);
    }

    /// <summary>Deletes the file unless it was completed.</summary>
    public void Dispose()
    {
        _file.Dispose();
        File.Delete(_partial);
    }
}
