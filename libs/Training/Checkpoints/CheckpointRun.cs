using System.Numerics.Tensors;
using KoopmanMesh.Numerics.Storage.Arrays;
using KoopmanMesh.Numerics.Training.Snapshots;

namespace KoopmanMesh.Training.Checkpoints;

/// <summary>
/// The snapshots of a training run as they lie in files, read once, one after the other, in memory bounded by one
/// tensor at most. Formats: NPY, NPZ and safetensors, as NumPy and PyTorch (safetensors.torch.save_file) write them.
/// </summary>
/// <remarks>
/// A folder holds a checkpoint a file, named by its step; a file holds all of them, whose first axis is the step. Not
/// thread-safe.
/// </remarks>
public abstract class CheckpointRun : IDisposable
{
    private long _position;
    private int _tensor;

    private protected CheckpointRun(string path) => Path = path;

    /// <summary>The folder or the file.</summary>
    public string Path { get; }

    /// <summary>What a snapshot is made of.</summary>
    public ParameterLayout Layout { get; private protected init; } = null!;

    /// <summary>Whether float32 holds every number exactly.</summary>
    public bool IsSingle { get; private protected init; }

    /// <summary>Steps of the snapshots, in their order.</summary>
    public IReadOnlyList<long> Steps { get; private protected init; } = [];

    /// <summary>What was left out, in one sentence each.</summary>
    public IReadOnlyList<string> Notes { get; private protected init; } = [];

    /// <summary>Snapshots that were begun.</summary>
    public int Position { get; private set; }

    /// <summary>
    /// Opens a folder of checkpoints (.npy, .npz or .safetensors, the last number of a file's name its step), or a file
    /// of them all: an array [steps, …], or several of them. A folder with one such file stands for that file.
    /// </summary>
    /// <exception cref="ArrayFileException">There is none, or it holds something else.</exception>
    public static CheckpointRun Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Directory.Exists(path) && CheckpointNames.In(path) is var files
            ? files.Count == 1 ? new RunFile(files[0].Path) : new CheckpointFolder(path, files)
            : new RunFile(path);
    }

    /// <summary>Goes to the next snapshot, read or not; null after the last.</summary>
    /// <exception cref="ArrayFileException">Its file is damaged or has other tensors than the first.</exception>
    public Snapshot? Next()
    {
        if (Position == Steps.Count)
        {
            return null;
        }

        (_position, _tensor) = (0, 0);
        return Begin(Position++);
    }

    /// <summary>Reads the next values of the snapshot, tensor after tensor in the layout's order.</summary>
    /// <exception cref="ArrayFileException">One is NaN or infinite, or the file ends before them.</exception>
    public void Read(Span<double> values)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(values.Length, Layout.Count - _position, nameof(values));
        while (!values.IsEmpty)
        {
            var first = _position - Layout.Start(_tensor);
            var part = values[..(int)Math.Min(values.Length, Layout.Tensors[_tensor].Count - first)];
            ReadTensor(_tensor, part);
            RequireFinite(part, first);
            _position += part.Length;
            values = values[part.Length..];
            if (first + part.Length == Layout.Tensors[_tensor].Count)
            {
                _tensor++;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Opens what snapshot <paramref name="index"/> needs.</summary>
    private protected abstract Snapshot Begin(int index);

    /// <summary>The next values of a tensor of the snapshot that was begun.</summary>
    private protected abstract void ReadTensor(int tensor, Span<double> values);

    /// <summary>How errors name a tensor of the snapshot that was begun.</summary>
    private protected abstract string NameOf(int tensor);

    /// <summary>Closes what is open.</summary>
    private protected abstract void Dispose(bool disposing);

    // Written out for whoever looks for the place in their own array.
    private static string IndexText(ParameterTensor tensor, long flat)
    {
        var index = new long[tensor.Shape.Length];
        for (var axis = index.Length - 1; axis >= 0; axis--)
        {
            (flat, index[axis]) = Math.DivRem(flat, tensor.Shape[axis]);
        }

        return $"[{string.Join(", ", index)}]";
    }

    private void RequireFinite(ReadOnlySpan<double> values, long first)
    {
        if (TensorPrimitives.IsFiniteAll(values))
        {
            return;
        }

        var at = values.IndexOfAnyExceptInRange(double.MinValue, double.MaxValue);
        throw new ArrayFileException(
            $"{NameOf(_tensor)} holds {(double.IsNaN(values[at]) ? "NaN" : "infinity")} at "
            + $"{IndexText(Layout.Tensors[_tensor], first + at)} (counted from 0): training had diverged by step "
            + $"{Steps[Position - 1]}; leave that snapshot and what follows out");
    }
}
