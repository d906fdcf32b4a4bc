using KoopmanMesh.Numerics.Training.Verdicts;
using KoopmanMesh.Training.V1;

namespace KoopmanMesh.Koopman.Training.Storage;

/// <summary>What a run is, from its beginning on.</summary>
internal sealed record TrainingManifest
{
    public const int CurrentSchema = 1;

    /// <summary>1; a run of another number is not read.</summary>
    public int Schema { get; init; } = CurrentSchema;

    public required string TrainingId { get; init; }

    public required DateTimeOffset Created { get; init; }

    /// <summary>As the client sent it, with every default filled in.</summary>
    public required TrainingHeader Header { get; init; }

    /// <summary>Slots of the snapshots' file.</summary>
    public required int Slots { get; init; }

    /// <summary>How the runs began that the alarm compares this one with; empty without.</summary>
    public required IReadOnlyList<AlarmScore> NullRuns { get; init; }
}
