using System.Text.Json;
using KoopmanMesh.ServiceDefaults.Errors;
using KoopmanMesh.ServiceDefaults.Hosting;
using KoopmanMesh.ServiceDefaults.Ledger;
using KoopmanMesh.ServiceDefaults.Storage;
using Microsoft.Extensions.Options;

namespace KoopmanMesh.ServiceDefaults.Telemetry;

/// <summary>Reads what all processes kept of a run's trace.</summary>
public sealed class TraceReader
{
    /// <summary>Spans read of one trace at most, of all processes together.</summary>
    private const int MostSpans = 200_000;

    private readonly StateOptions _state;

    internal TraceReader(IOptions<StateOptions> state) => _state = state.Value;

    /// <summary>
    /// The run's spans as one tree, oldest first: one root, and the parent of every other span is among them. In place
    /// of a parent that its process never wrote, because it was killed, stands a placeholder named <c>lost</c>.
    /// </summary>
    /// <exception cref="PreconditionException">Nothing was kept of this run.</exception>
    public async Task<IReadOnlyList<KeptSpan>> ReadAsync(RunRecord run, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(run);
        if (RunTrace.RootOf(run.TraceParent) is not { } root)
        {
            throw new PreconditionException(
                "RUN_NOT_TRACED", run.RunId, $"run '{run.RunId}' was submitted where nothing is traced");
        }

        var folder = Path.Combine(SpanFiles.FolderOf(_state), root.TraceId.ToHexString());
        var spans = await ReadAsync(folder, root.SpanId.ToHexString(), ct).ConfigureAwait(false);
        return spans.Count > 0
            ? TraceTree.Connect(spans, root, run)
            : throw new PreconditionException(
                "TRACE_NOT_KEPT", run.RunId,
                $"nothing of the trace of run '{run.RunId}' was kept: its sampler left it out, Telemetry:KeepTraces is "
                + "off, or it is older than Telemetry:TraceRetention");
    }

    private static async Task<Dictionary<string, KeptSpan>> ReadAsync(
        string folder, string root, CancellationToken ct)
    {
        var spans = new Dictionary<string, KeptSpan>(StringComparer.Ordinal);
        try
        {
            foreach (var file in Directory.Exists(folder) ? Directory.GetFiles(folder, "*" + SpanFiles.Suffix) : [])
            {
                await foreach (var line in File.ReadLinesAsync(file, ct).ConfigureAwait(false))
                {
                    if (Parse(line) is { } span && span.RootSpanId == root && spans.Count < MostSpans
                        && !(spans.TryGetValue(span.SpanId, out var known) && known.EndUnixNanos > 0))
                    {
                        spans[span.SpanId] = span;
                    }
                }
            }
        }
        catch (Exception e) when (StorageFaults.IsFault(e))
        {
            throw new RunLedgerException(
                RunLedgerException.Failed, $"reading \"{folder}\" failed: {e.Message}", e);
        }

        return spans;
    }

    // A process that was killed may leave half a line.
    private static KeptSpan? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, KeptSpanJsonContext.Default.KeptSpan);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
