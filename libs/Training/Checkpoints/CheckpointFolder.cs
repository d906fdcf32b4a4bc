using KoopmanMesh.Numerics.Storage.Arrays;
using KoopmanMesh.Numerics.Training.Snapshots;

namespace KoopmanMesh.Training.Checkpoints;

/// <summary>
/// A folder with a file for every snapshot: the tensors of each by name, or one array without a name. Integer tensors,
/// which count batches and don't train, are left out. The metadata of safetensors files may say what else is known.
/// </summary>
internal sealed class CheckpointFolder : CheckpointRun
{
    private readonly List<CheckpointName> _names;
    private ArrayFile? _file;
    private ArrayEntry?[] _entries;
    private ElementSequence? _open;
    private int _openTensor = -1;

    public CheckpointFolder(string path, List<CheckpointName> names)
        : base(path)
    {
        _names = names;
        Steps = [.. names.Select(name => name.Step)];
        using var first = ArrayFile.Open(names[0].Path);
        var tensors = TensorChoice.Of(first);
        Notes = tensors.Notes;
        Layout = new ParameterLayout(tensors.Entries.Select(Tensor));
        IsSingle = tensors.Entries.TrueForAll(entry => entry.FitsSingle);
        _entries = new ArrayEntry?[Layout.Tensors.Length];
    }

    private protected override Snapshot Begin(int index)
    {
        Close();
        _file = ArrayFile.Open(_names[index].Path);
        var tensors = TensorChoice.Of(_file).Entries;
        var byName = tensors.ToDictionary(entry => entry.Name, StringComparer.Ordinal);
        _entries = [.. Layout.Tensors.Select(tensor => byName.GetValueOrDefault(NameInFile(tensor)))];
        for (var i = 0; i < _entries.Length; i++)
        {
            Check(Layout.Tensors[i], _entries[i]);
        }

        if (tensors.Count > _entries.Length)
        {
            var known = Layout.Tensors.Select(NameInFile).ToHashSet(StringComparer.Ordinal);
            var extra = tensors.Find(entry => !known.Contains(entry.Name))!;
            throw new ArrayFileException(
                $"'{_file.Path}' has a tensor '{extra.Name}', which '{FirstName}' does not have; a run keeps its "
                + "tensors");
        }

        return SnapshotFields.Apply(new Snapshot(_names[index].Step), _file.Metadata, _file.Path);
    }

    private protected override void ReadTensor(int tensor, Span<double> values)
    {
        if (_openTensor != tensor)
        {
            _open?.Dispose();
            (_open, _openTensor) = (_file!.Read(_entries[tensor]!), tensor);
        }

        _open!.Read(values);
    }

    private protected override string NameOf(int tensor) => $"'{_file!.NameOf(_entries[tensor]!)}'";

    private protected override void Dispose(bool disposing) => Close();

    private static ParameterTensor Tensor(ArrayEntry entry) =>
        new(entry.Name.Length == 0 ? TensorChoice.Unnamed : entry.Name, entry.Shape);

    private string FirstName => System.IO.Path.GetFileName(_names[0].Path);

    private bool IsUnnamed => _file!.Entries is [{ Name: "" }];

    private string NameInFile(ParameterTensor tensor) => IsUnnamed ? "" : tensor.Name;

    private void Check(ParameterTensor expected, ArrayEntry? entry)
    {
        if (entry is null)
        {
            throw new ArrayFileException(
                $"'{_file!.Path}' lacks the tensor '{expected.Name}', which '{FirstName}' has; a run keeps its "
                + "tensors");
        }

        if (!entry.Shape.SequenceEqual(expected.Shape))
        {
            throw new ArrayFileException(
                $"'{_file!.NameOf(entry)}' is [{string.Join(", ", entry.Shape)}], "
                + $"[{string.Join(", ", expected.Shape)}] in '{FirstName}'; a run keeps its shapes");
        }

        if (IsSingle && !entry.FitsSingle)
        {
            throw new ArrayFileException(
                $"'{_file!.NameOf(entry)}' is of float64, of a smaller type in '{FirstName}'; a run keeps its types");
        }
    }

    private void Close()
    {
        _open?.Dispose();
        _file?.Dispose();
        (_open, _openTensor, _file) = (null, -1, null);
    }
}
