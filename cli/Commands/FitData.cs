using Google.Protobuf;
using KoopmanMesh.Numerics.Catalogue;
using KoopmanMesh.Numerics.Storage.Arrays;
using KoopmanMesh.Operator.V1;
using KoopmanMesh.Tensor.V1;

namespace KoopmanMesh.Cli.Commands;

/// <summary>The files of one fit, held against each other when opened, streamed in bounded memory.</summary>
internal sealed class FitData : IDisposable
{
    private const int ChunkBytes = 512 * 1024;

    private readonly List<SnapshotFile> _files = [];
    private readonly SnapshotFile _states;
    private readonly SnapshotFile? _successors;
    private readonly SnapshotFile? _inputs;
    private readonly SnapshotFile? _times;
    private readonly bool _single;

    public FitData(FitSettings settings)
    {
        try
        {
            _states = Open(settings.States, settings.Axis)!;
            _successors = Open(settings.Successors, settings.Axis);
            _inputs = Open(settings.Inputs, settings.Axis);
            _times = Open(settings.Times, settings.Axis);
            RequireTrajectory(settings.Axis);
            RequireMatches();
            RequireInputs(settings);
        }
        catch
        {
            Dispose();
            throw;
        }

        _single = _files.TrueForAll(file => file == _times || file.FitsSingle);
        Format = new DataFormat
        {
            Kind = _successors is null ? DataKind.Trajectories : DataKind.Pairs,
            Width = _states.Width,
            InputWidth = _inputs?.Width ?? 0,
            ElementType = _single ? ElementType.Float32 : ElementType.Float64,
            TimeStep = settings.TimeStep,
        };
    }

    public DataFormat Format { get; }

    /// <summary>Snapshots, pairs counted once.</summary>
    public long Rows => _states.Trajectories * _states.Length;

    /// <summary>What the data is, for people.</summary>
    public string Description => $"{Path.GetFileName(_states.Name)}: {_states.Describe()}"
        + (_successors is null ? "" : $", with successors in {Path.GetFileName(_successors.Name)}")
        + (_inputs is null ? "" : $", {_inputs.Width} inputs");

    /// <summary>
    /// The data from first to last. A chunk shares its memory with the next one: send it before asking for another.
    /// </summary>
    public IEnumerable<FitChunk> Chunks()
    {
        var numbers = ((_successors is null ? 1L : 2L) * _states.Width) + (_inputs?.Width ?? 0) + 1;
        var rows = (int)Math.Clamp(ChunkBytes / (numbers * sizeof(double)), 1, _states.Length);
        var states = new SnapshotBuffer(_states, rows, _single);
        var successors = _successors is null ? null : new SnapshotBuffer(_successors, rows, _single);
        var inputs = _inputs is null ? null : new SnapshotBuffer(_inputs, rows, _single);
        var times = _times is null ? null : new SnapshotBuffer(_times, rows, single: false);
        for (var trajectory = 0L; trajectory < _states.Trajectories; trajectory++)
        {
            for (var first = 0L; first < _states.Length; first += rows)
            {
                var count = (int)Math.Min(rows, _states.Length - first);
                yield return new FitChunk
                {
                    Rows = count,
                    States = states.Read(first, count),
                    Successors = successors?.Read(first, count) ?? ByteString.Empty,
                    Inputs = inputs?.Read(first, count) ?? ByteString.Empty,
                    Times = times?.Read(first, count) ?? ByteString.Empty,
                    EndOfTrajectory = _successors is null && first + count == _states.Length,
                };
            }
        }
    }

    public void Dispose() => _files.ForEach(file => file.Dispose());

    private SnapshotFile? Open(string? path, SnapshotAxis axis)
    {
        if (path is null)
        {
            return null;
        }

        var file = new SnapshotFile(path, axis);
        _files.Add(file);
        return file;
    }

    private void RequireTrajectory(SnapshotAxis axis)
    {
        if (_successors is null && _states.Length < 2)
        {
            throw new ArrayFileException(
                $"'{_states.Name}' is {_states.Describe()}; a trajectory has at least 2: if time runs along the other "
                + $"axis, say --snapshots {(axis == SnapshotAxis.Rows ? "columns" : "rows")}");
        }
    }

    private void RequireMatches()
    {
        if (_successors is { } y
            && (y.Width, y.Length, y.Trajectories) != (_states.Width, _states.Length, _states.Trajectories))
        {
            throw new ArrayFileException(
                $"'{_states.Name}' is {_states.Describe()} and '{y.Name}' is {y.Describe()}; pairs have equal shapes");
        }

        // Nothing follows the last snapshot of a trajectory, so that its input may be missing.
        var missing = _successors is null ? 1 : 0;
        if (_inputs is { } u && (u.Trajectories != _states.Trajectories
            || u.Length < _states.Length - missing || u.Length > _states.Length))
        {
            throw new ArrayFileException(
                $"'{u.Name}' is {u.Describe("input")} for {_states.Describe()}; expected one for every snapshot"
                + (missing == 1 ? ", or all but the last" : ""));
        }

        if (_times is { } t && (t.Width != 1 || t.Length != _states.Length || _states.Trajectories != 1))
        {
            throw new ArrayFileException(
                $"'{t.Name}' is {t.Describe("number")} for {_states.Describe()}; expected the times of one trajectory");
        }
    }

    // The service says so too, but not in the words of the command line. A method unknown here is left to it.
    private static void RequireInputs(FitSettings settings)
    {
        var name = settings.Options.Method is { Length: > 0 } given ? given : EstimatorCatalogue.DefaultMethod;
        var method = EstimatorCatalogue.Methods.FirstOrDefault(m => m.Name == name || m.Aliases.Contains(name));
        if (method is not null && method.TakesInputs == settings.Inputs is null)
        {
            throw new CliException(
                ExitCodes.BadInput,
                method.TakesInputs
                    ? $"--method {name} needs the inputs that drove the data; name their file with --inputs"
                    : $"--method {name} takes no inputs; leave --inputs out or take --method control");
        }
    }
}
