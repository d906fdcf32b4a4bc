using System.Globalization;
using KoopmanMesh.Numerics.Storage.Arrays;
using KoopmanMesh.Numerics.Training.Snapshots;

namespace KoopmanMesh.Training.Checkpoints;

/// <summary>
/// What is known of the snapshots of a run, from a CSV file: a header with some of step, loss, validation_loss,
/// accuracy, learning_rate and seconds, then a line a snapshot, with an empty cell for what isn't known. Without steps the lines
/// are the snapshots in order. Immutable.
/// </summary>
public sealed class ScalarTable
{
    private readonly string _path;
    private readonly Dictionary<long, Snapshot> _rows = [];
    private readonly bool _hasSteps;

    private ScalarTable(string path, string[] lines)
    {
        _path = path;
        var header = lines.Length == 0 ? [] : Cells(lines[0]);
        if (!header.Any(name => SnapshotFields.Names.Contains(name)))
        {
            throw new ArrayFileException(
                $"the first line of '{path}' names none of {string.Join(", ", SnapshotFields.Names)}: "
                + $"'{(lines.Length == 0 ? "" : lines[0])}'");
        }

        _hasSteps = header.Contains(SnapshotFields.Step);
        for (var i = 1; i < lines.Length; i++)
        {
            if (lines[i].Trim().Length > 0)
            {
                Add(header, Cells(lines[i]), i + 1);
            }
        }
    }

    /// <summary>Reads a file.</summary>
    /// <exception cref="ArrayFileException">There is none, or it is no such table.</exception>
    public static ScalarTable Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            return new ScalarTable(path, File.ReadAllLines(path));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ArrayFileException($"there is no file '{path}'", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ArrayFileException($"'{path}' can't be read: {e.Message}", e);
        }
    }

    /// <summary>Refuses a table that is of another run.</summary>
    /// <exception cref="ArrayFileException">It has none of the run's steps, or without them another
    /// length.</exception>
    public void RequireMatch(CheckpointRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        if (_hasSteps && !run.Steps.Any(_rows.ContainsKey))
        {
            throw new ArrayFileException(
                $"'{_path}' has a line for none of the steps {run.Steps[0]} to {run.Steps[^1]} of '{run.Path}'");
        }

        if (!_hasSteps && _rows.Count != run.Steps.Count)
        {
            throw new ArrayFileException(
                $"'{_path}' has {_rows.Count} lines without steps, '{run.Path}' {run.Steps.Count} snapshots; expected "
                + "a line for each");
        }
    }

    /// <summary>The snapshot with what the table knows of it, which wins over what the snapshot knew.</summary>
    public Snapshot Complete(Snapshot snapshot, int index)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        return !_rows.TryGetValue(_hasSteps ? snapshot.Step : index, out var row) ? snapshot : snapshot with
        {
            Loss = row.Loss ?? snapshot.Loss,
            ValidationLoss = row.ValidationLoss ?? snapshot.ValidationLoss,
            Accuracy = row.Accuracy ?? snapshot.Accuracy,
            LearningRate = row.LearningRate ?? snapshot.LearningRate,
            Seconds = row.Seconds ?? snapshot.Seconds,
        };
    }

    private static string[] Cells(string line) => line.Split(',', StringSplitOptions.TrimEntries);

    private void Add(string[] header, string[] cells, int line)
    {
        if (cells.Length != header.Length)
        {
            throw new ArrayFileException(
                $"line {line} of '{_path}' has {cells.Length} cells, its first line names {header.Length}");
        }

        var row = new Snapshot(_hasSteps ? Step(cells[Array.IndexOf(header, SnapshotFields.Step)], line) : _rows.Count);
        for (var i = 0; i < cells.Length; i++)
        {
            if (cells[i].Length > 0 && SnapshotFields.Names.Contains(header[i]))
            {
                row = SnapshotFields.With(
                    row, header[i], SnapshotFields.Parse(cells[i], $"'{header[i]}' in line {line} of '{_path}'"));
            }
        }

        if (!_rows.TryAdd(row.Step, row))
        {
            throw new ArrayFileException($"'{_path}' has two lines for step {row.Step}, the second is line {line}");
        }
    }

    private long Step(string text, int line) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var step)
            ? step
            : throw new ArrayFileException(
                $"the step in line {line} of '{_path}' is '{text}'; expected a whole number");
}
