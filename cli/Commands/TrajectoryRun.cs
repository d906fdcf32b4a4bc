using System.Numerics.Tensors;
using KoopmanMesh.Contracts.Tensors;
using KoopmanMesh.Numerics.Training.Snapshots;
using KoopmanMesh.Tensor.V1;
using KoopmanMesh.Training.Checkpoints;
using KoopmanMesh.Training.V1;

namespace KoopmanMesh.Cli.Commands;

/// <summary>
/// A training run in files, as it travels: a header with its layout, then its snapshots, a chunk at a time.
/// </summary>
internal sealed class TrajectoryRun : IDisposable
{
    private const int ChunkValues = 64 * 1024;
    private const string OwnLosses = "losses.csv";

    private readonly CheckpointRun _run;
    private readonly ScalarTable? _losses;
    private readonly bool _keepLast;
    private double[] _last = [];

    /// <summary>
    /// Opens a folder or a file, with losses from a CSV file: the one that is named, or losses.csv in the folder.
    /// </summary>
    /// <param name="path">As CheckpointRun.Open reads it.</param>
    /// <param name="losses">As ScalarTable reads it.</param>
    /// <param name="keepLast">Remember the last snapshot for <see cref="LastWeights"/>.</param>
    public TrajectoryRun(string path, string? losses = null, bool keepLast = false)
    {
        _run = CheckpointRun.Open(path);
        try
        {
            _keepLast = keepLast;
            losses ??= Path.Combine(path, OwnLosses) is var own && File.Exists(own) ? own : null;
            _losses = losses is null ? null : ScalarTable.Read(losses);
            _losses?.RequireMatch(_run);
        }
        catch
        {
            _run.Dispose();
            throw;
        }
    }

    /// <summary>
    /// What the mesh may call it, so that its sentences name it: the file's letters, at most 31 of the 64 an id has.
    /// </summary>
    public string Name
    {
        get
        {
            var name = Path.GetFileNameWithoutExtension(Path.TrimEndingDirectorySeparator(Path.GetFullPath(_run.Path)));
            var letters = name.Where(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_').Take(31);
            return string.Concat(letters).TrimStart('-', '_') is { Length: > 0 } known ? known : "run";
        }
    }

    /// <summary>Its layers, in order.</summary>
    public IEnumerable<string> Layers => _run.Layout.Layers.Select(layer => layer.Name);

    /// <summary>What of its files was left out.</summary>
    public IReadOnlyList<string> Notes => _run.Notes;

    public int Snapshots => _run.Steps.Count;

    private bool IsFloat32 => _run.IsSingle;

    /// <summary>
    /// The requests that stream it; <paramref name="header"/> gets its layout. A request shares its memory with the
    /// next one: send it before asking for another.
    /// </summary>
    /// <param name="header">The options.</param>
    /// <param name="sent">Told the snapshots sent so far.</param>
    public IEnumerable<WatchTrainingRequest> Requests(TrainingHeader header, Action<int> sent)
    {
        header.ElementType = IsFloat32 ? ElementType.Float32 : ElementType.Float64;
        header.Tensors.Add(_run.Layout.Tensors.Select(
            tensor => new KoopmanMesh.Training.V1.ParameterTensor { Name = tensor.Name, Shape = { tensor.Shape } }));
        yield return new WatchTrainingRequest { Header = header };
        var count = _run.Layout.Count;
        var values = new double[Math.Min(count, ChunkValues)];
        var singles = new float[IsFloat32 ? values.Length : 0];
        _last = new double[_keepLast ? count : 0];
        var data = new WatchTrainingRequest();
        while (_run.Next() is { } snapshot)
        {
            snapshot = _losses?.Complete(snapshot, _run.Position - 1) ?? snapshot;
            yield return new WatchTrainingRequest
            {
                Snapshot = new SnapshotHeader { Step = snapshot.Step, Scalars = Scalars(snapshot) },
            };
            for (var first = 0L; first < count; first += values.Length)
            {
                var part = values.AsMemory(0, (int)Math.Min(values.Length, count - first));
                _run.Read(part.Span);
                Keep(part.Span, first);
                data.Data = Bytes(part, singles);
                yield return data;
            }

            sent(_run.Position);
        }
    }

    /// <summary>The frames of the last snapshot's tensors, once all requests were made.</summary>
    public IEnumerable<TensorFrame> LastWeights()
    {
        for (var i = 0; i < _run.Layout.Tensors.Length; i++)
        {
            var tensor = _run.Layout.Tensors[i];
            var values = _last.AsMemory((int)_run.Layout.Start(i), (int)tensor.Count);
            foreach (var frame in TensorCodec.Frames<double>(tensor.Name, values, tensor.Shape))
            {
                yield return frame;
            }
        }
    }

    public void Dispose() => _run.Dispose();

    private static Google.Protobuf.ByteString Bytes(ReadOnlyMemory<double> values, float[] singles)
    {
        if (singles.Length == 0)
        {
            return TensorCodec.Bytes(values);
        }

        TensorPrimitives.ConvertTruncating<double, float>(values.Span, singles);
        return TensorCodec.Bytes<float>(singles.AsMemory(0, values.Length));
    }

    private static SnapshotScalars Scalars(Snapshot snapshot)
    {
        var scalars = new SnapshotScalars();
        Set(snapshot.Loss, value => scalars.Loss = value);
        Set(snapshot.ValidationLoss, value => scalars.ValidationLoss = value);
        Set(snapshot.Accuracy, value => scalars.Accuracy = value);
        Set(snapshot.LearningRate, value => scalars.LearningRate = value);
        Set(snapshot.Seconds, value => scalars.Seconds = value);
        return scalars;
    }

    private static void Set(double? value, Action<double> set)
    {
        if (value is { } known)
        {
            set(known);
        }
    }

    private void Keep(ReadOnlySpan<double> values, long first)
    {
        if (_keepLast && _run.Position == _run.Steps.Count)
        {
            values.CopyTo(_last.AsSpan((int)first));
        }
    }
}
