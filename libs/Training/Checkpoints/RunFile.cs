using System.Collections.Immutable;
using KoopmanMesh.Numerics.Storage.Arrays;
using KoopmanMesh.Numerics.Training.Snapshots;

namespace KoopmanMesh.Training.Checkpoints;

/// <summary>
/// A file with all snapshots: one array [steps, …], or several by name, each a tensor of the network over steps. Arrays
/// of one axis that are named step, loss, validation_loss, accuracy, learning_rate or seconds say so of the snapshots;
/// without step they are numbered from 0.
/// </summary>
internal sealed class RunFile : CheckpointRun
{
    private const int MostArrays = 1024;

    private readonly ArrayFile _file;
    private readonly List<ArrayEntry> _entries;
    private readonly ElementSequence?[] _open;
    private readonly Dictionary<string, double[]> _scalars = [];
    private readonly double[] _skipped = new double[4096];
    private readonly long[] _read;
    private int _index;

    public RunFile(string path)
        : base(path)
    {
        _file = ArrayFile.Open(path);
        try
        {
            var tensors = TensorChoice.Of(_file, IsScalar);
            (_entries, Notes) = (tensors.Entries, tensors.Notes);
            var steps = CountSteps();
            Layout = new ParameterLayout(_entries.Select(Tensor));
            IsSingle = _entries.TrueForAll(entry => entry.FitsSingle);
            ReadScalars(steps);
            Steps = _scalars.TryGetValue(SnapshotFields.Step, out var given)
                ? [.. given.Select(ToStep)]
                : [.. Enumerable.Range(0, steps).Select(step => (long)step)];
            (_open, _read) = (new ElementSequence?[_entries.Count], new long[_entries.Count]);
        }
        catch
        {
            _file.Dispose();
            throw;
        }
    }

    private protected override Snapshot Begin(int index)
    {
        _index = index;
        var snapshot = new Snapshot(Steps[index]);
        foreach (var name in SnapshotFields.Names)
        {
            if (_scalars.TryGetValue(name, out var values))
            {
                snapshot = SnapshotFields.With(snapshot, name, values[index]);
            }
        }

        return snapshot;
    }

    private protected override void ReadTensor(int tensor, Span<double> values)
    {
        var source = _open[tensor] ??= _file.Read(_entries[tensor]);
        Skip(tensor, source);
        source.Read(values);
        _read[tensor] += values.Length;
    }

    private protected override string NameOf(int tensor) =>
        $"'{_file.NameOf(_entries[tensor])}', step {Steps[_index]},";

    private protected override void Dispose(bool disposing)
    {
        foreach (var source in _open)
        {
            source?.Dispose();
        }

        _file.Dispose();
    }

    // The array of one name is a plain matrix of steps x parameters unless it has more axes.
    private static ParameterTensor Tensor(ArrayEntry entry) => entry.Name.Length == 0
        ? new ParameterTensor(TensorChoice.Unnamed, entry.Shape.Length == 1 ? [1] : entry.Shape.RemoveAt(0))
        : new ParameterTensor(entry.Name, entry.Shape.RemoveAt(0));

    private static bool IsScalar(ArrayEntry entry) => entry.Shape.Length == 1
        && (entry.Name == SnapshotFields.Step || SnapshotFields.Names.Contains(entry.Name));

    private int CountSteps()
    {
        if (_entries.Count > MostArrays)
        {
            throw new ArrayFileException(
                $"'{Path}' holds {_entries.Count} arrays, at most {MostArrays} of which are read step by step; write a "
                + "file for every snapshot");
        }

        var all = _entries.Concat(_file.Entries.Where(IsScalar)).ToList();
        if (all.Find(entry => entry.Shape.IsEmpty) is { } number)
        {
            throw new ArrayFileException(
                $"'{_file.NameOf(number)}' is a single number, so '{Path}' is one checkpoint and not a run of them; "
                + "name the folder that holds them all");
        }

        if (all.Find(entry => entry.Shape[0] != all[0].Shape[0]) is { } other)
        {
            throw new ArrayFileException(
                $"'{Path}' is not a run, whose arrays all begin with the axis of steps: {Text(all[0])} and "
                + $"{Text(other)} differ; if it is one checkpoint, name the folder that holds them all");
        }

        return all[0].Shape[0] <= Array.MaxLength
            ? (int)all[0].Shape[0]
            : throw new ArrayFileException($"'{Path}' has {all[0].Shape[0]} steps, at most {Array.MaxLength} are read");
    }

    private static string Text(ArrayEntry entry) => $"'{entry.Name}' [{string.Join(", ", entry.Shape)}]";

    private void ReadScalars(int steps)
    {
        foreach (var entry in _file.Entries.Where(entry => entry.Name.Length > 0 && IsScalar(entry)))
        {
            var values = new double[steps];
            using (var source = _file.Read(entry))
            {
                source.Read(values);
            }

            var bad = values.AsSpan().IndexOfAnyExceptInRange(double.MinValue, double.MaxValue);
            if (bad >= 0)
            {
                throw new ArrayFileException(
                    $"'{_file.NameOf(entry)}' holds {values[bad]} at {bad} (counted from 0); expected finite numbers, "
                    + "or no such array");
            }

            _scalars[entry.Name] = values;
        }
    }

    private long ToStep(double value) => value == Math.Floor(value) && Math.Abs(value) <= 1L << 53
        ? (long)value
        : throw new ArrayFileException($"'{Path}:{SnapshotFields.Step}' holds {value}; expected whole numbers");

    // Snapshots may be passed over.
    private void Skip(int tensor, ElementSequence source)
    {
        for (var behind = (_index * Layout.Tensors[tensor].Count) - _read[tensor]; behind > 0;)
        {
            var part = _skipped.AsSpan(0, (int)Math.Min(behind, _skipped.Length));
            source.Read(part);
            _read[tensor] += part.Length;
            behind -= part.Length;
        }
    }
}
