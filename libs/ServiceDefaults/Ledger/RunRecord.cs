using System.Collections.Immutable;
using System.Text.Json.Serialization;
using KoopmanMesh.Run.V1;

namespace KoopmanMesh.ServiceDefaults.Ledger;

/// <summary>
/// All that is known of a run. Immutable: changed by <c>with</c> inside <see cref="IRunLedger.UpdateAsync"/>.
/// </summary>
public sealed record RunRecord
{
    /// <summary>See <see cref="Runs.RunIds"/>.</summary>
    public required string RunId { get; init; }

    /// <summary>
    /// What was asked. Never changed: a proto message is mutable, so whoever reads it must not write to it.
    /// </summary>
    public required RunSpec Spec { get; init; }

    /// <summary>Chosen by the client; empty when it chose none.</summary>
    public string IdempotencyKey { get; init; } = "";

    /// <summary>SHA-256 of the spec, to tell a repeated request from another one under the same key.</summary>
    public string RequestHash { get; init; } = "";

    /// <summary>W3C trace id, 32 hexadecimal digits; empty when the run is not traced.</summary>
    public string TraceId { get; init; } = "";

    /// <summary>W3C traceparent under which work is published that nobody's own trace leads to; may be empty.</summary>
    public string TraceParent { get; init; } = "";

    /// <summary>QUEUED → RUNNING → SUCCEEDED, FAILED or CANCELLED; the last three are final.</summary>
    public RunState State { get; init; } = RunState.Queued;

    /// <summary>See <see cref="RunStages"/>.</summary>
    public string Stage { get; init; } = "";

    /// <summary>How it is split.</summary>
    public RunPlan? Plan { get; init; }

    /// <summary>Counters that change often; may be a second old after a crash.</summary>
    public RunProgress Progress { get; init; } = new();

    /// <summary>Digest of the fitted operator, by component.</summary>
    public ImmutableSortedDictionary<int, string> Operators { get; init; } =
        ImmutableSortedDictionary<int, string>.Empty;

    /// <summary>Digests of other artifacts of the run, by name: accumulators, summaries, the report.</summary>
    public ImmutableSortedDictionary<string, string> Artifacts { get; init; } =
        ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>Why it FAILED.</summary>
    public RunError? Error { get; init; }

    /// <summary>When it was submitted, UTC.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When anything but the progress changed last, UTC. Set by the ledger.</summary>
    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>When it became RUNNING, UTC. Set by the ledger.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it ended, UTC. Set by the ledger.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>It has ended, and the event that says so may not be published yet. Set by the ledger.</summary>
    public bool Untold { get; init; }

    /// <summary>Counts changes. Set by the ledger.</summary>
    public long Version { get; init; }

    /// <summary>Fields of a newer program.</summary>
    [JsonExtensionData]
    [JsonInclude]
    internal UnknownFields? Unknown { get; set; }

    /// <summary>Fields of a newer program that stand beside the record.</summary>
    [JsonIgnore]
    internal UnknownFields? UnknownBeside { get; init; }

    /// <summary>SUCCEEDED, FAILED or CANCELLED.</summary>
    public bool HasEnded => State is RunState.Succeeded or RunState.Failed or RunState.Cancelled;
}

/// <summary>How the run was split.</summary>
/// <param name="Components">Components of the chain, at least 1.</param>
/// <param name="Shards">Shards of the data set, at least 1.</param>
/// <param name="Rows">Rows of all shards.</param>
public sealed record RunPlan(int Components, int Shards, long Rows)
{
    /// <inheritdoc cref="RunRecord.Unknown"/>
    [JsonExtensionData]
    [JsonInclude]
    internal UnknownFields? Unknown { get; set; }

    /// <summary>First row and rows of a shard; the last one may be shorter.</summary>
    public (long First, long Rows) RangeOf(int shard)
    {
        var size = (Rows + Shards - 1) / Shards;
        var first = shard * size;
        return (first, Math.Min(size, Rows - first));
    }
}

/// <summary>Counters for whoever watches.</summary>
/// <param name="RowsCaptured">
/// Rows captured so far. Set by the ledger: the rows of the run's shards, so that a shard tried twice counts once.
/// </param>
/// <param name="RowsPerSecond">Over the last second, of all shards under way. Set by the ledger.</param>
/// <param name="InterventionsDone">Audit interventions evaluated so far.</param>
/// <param name="InterventionsTotal">Of all.</param>
/// <param name="StepsDone">Steps of a replacement run's stage done so far.</param>
/// <param name="StepsTotal">Of all.</param>
public sealed record RunProgress(
    long RowsCaptured = 0,
    double RowsPerSecond = 0,
    int InterventionsDone = 0,
    int InterventionsTotal = 0,
    int StepsDone = 0,
    int StepsTotal = 0)
{
    /// <inheritdoc cref="RunRecord.Unknown"/>
    [JsonExtensionData]
    [JsonInclude]
    internal UnknownFields? Unknown { get; set; }
}

/// <summary>Why a run failed.</summary>
/// <param name="Reason">UPPER_SNAKE.</param>
/// <param name="Message">One sentence.</param>
public sealed record RunError(string Reason, string Message)
{
    /// <inheritdoc cref="RunRecord.Unknown"/>
    [JsonExtensionData]
    [JsonInclude]
    internal UnknownFields? Unknown { get; set; }
}
