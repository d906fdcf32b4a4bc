using System.Text.Json;
using System.Text.Json.Serialization;
using KoopmanMesh.Run.V1;
using KoopmanMesh.ServiceDefaults.Artifacts;
using KoopmanMesh.ServiceDefaults.Ledger;

namespace KoopmanMesh.Capture.Replacing;

/// <summary>
/// What a run has done so far, as artifacts under names in its record: a run that is taken up again, and a new one of
/// the same request, does nothing twice.
/// </summary>
internal sealed class Checkpoints(IRunLedger ledger, IArtifactStore artifacts)
{
    // Part of every name; raised when what is recorded, or how it is computed, changes: old results are then left.
    private const int Version = 1;

    private static readonly JsonSerializerOptions _json = new()
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    /// <summary>
    /// Takes over what earlier runs of the same request recorded that failed, were cancelled or stopped half way.
    /// </summary>
    /// <returns>How many results were taken over.</returns>
    public async Task<int> InheritAsync(string runId, CancellationToken cancellationToken)
    {
        var run = await ledger.GetAsync(runId, cancellationToken);
        var inherited = 0;
        foreach (var earlier in await ledger.ListAsync(cancellationToken))
        {
            if (earlier.RunId == runId || earlier.RequestHash != run.RequestHash
                || earlier.State is RunState.Succeeded or RunState.Queued)
            {
                continue;
            }

            var fresh = earlier.Artifacts.Where(a => !run.Artifacts.ContainsKey(a.Key) && artifacts.Exists(a.Value))
                .ToList();
            inherited += fresh.Count;
            run = await ledger.UpdateAsync(
                runId, r => r with { Artifacts = r.Artifacts.SetItems(fresh) }, cancellationToken);
        }

        return inherited;
    }

    /// <summary>What was recorded under a name, or null.</summary>
    public async Task<T?> FindAsync<T>(string runId, string name, CancellationToken cancellationToken)
        where T : class
    {
        var run = await ledger.GetAsync(runId, cancellationToken);
        return run.Artifacts.GetValueOrDefault(Versioned(name)) is { } digest
            ? JsonSerializer.Deserialize<T>(await artifacts.ReadAllBytesAsync(digest, cancellationToken), _json)
            : null;
    }

    /// <summary>Records results, all in one change of the run.</summary>
    public async Task RecordAsync<T>(
        string runId, IEnumerable<(string Name, T Result)> results, CancellationToken cancellationToken)
        where T : class
    {
        var digests = new List<KeyValuePair<string, string>>();
        foreach (var (name, result) in results)
        {
            var json = JsonSerializer.SerializeToUtf8Bytes(result, _json);
            var stored = await artifacts.PutAsync(json, cancellationToken);
            digests.Add(new(Versioned(name), stored.Digest));
        }

        await ledger.UpdateAsync(
            runId, run => run with { Artifacts = run.Artifacts.SetItems(digests) }, cancellationToken);
    }

    private static string Versioned(string name) => FormattableString.Invariant($"v{Version}:{name}");
}
