using System.Text.Json;
using KoopmanMesh.ServiceDefaults.Hosting;
using KoopmanMesh.ServiceDefaults.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace KoopmanMesh.ServiceDefaults.Telemetry;

/// <summary>
/// The files that a process appends the spans of runs to: <c>traces/TRACE/INSTANCE.jsonl</c>. Nothing that goes wrong
/// here touches a run: what can't be written is counted as dropped.
/// </summary>
internal sealed class SpanFiles(
    HostInstance instance, IOptions<StateOptions> state, IOptions<TelemetryOptions> options, ILogger<SpanFiles> logger)
{
    /// <summary>Suffix of a process's file in the folder of a trace.</summary>
    internal const string Suffix = ".jsonl";

    /// <summary>Traces whose spans are counted; of more, the count of the one untouched longest is forgotten.</summary>
    private const int MostTraces = 1024;

    private static readonly byte[] _newLine = "\n"u8.ToArray();

    private readonly Dictionary<string, Tally> _tallies = new(StringComparer.Ordinal);
    private long _clock;
    private bool _failing;

    /// <summary>Folder of all traces under the state's root.</summary>
    internal static string FolderOf(StateOptions state) => Path.Combine(Path.GetFullPath(state.Root), "traces");

    /// <summary>Appends spans, each to its trace's file. Called by one writer.</summary>
    internal async Task AppendAsync(List<KeptSpan> spans)
    {
        foreach (var trace in spans.GroupBy(static s => s.TraceId, StringComparer.Ordinal))
        {
            var kept = Admit(trace.Key, [.. trace]);
            try
            {
                await AppendAsync(trace.Key, kept).ConfigureAwait(false);
                _failing = false;
            }
            catch (Exception e) when (StorageFaults.IsFault(e))
            {
                ServiceDefaultsTelemetry.SpansDropped.Add(kept.Length);
                if (!_failing)
                {
                    Log.SpansNotKept(logger, FolderOf(state.Value), e.Message);
                }

                _failing = true;
            }
        }
    }

    private async Task AppendAsync(string trace, ReadOnlyMemory<KeptSpan> spans)
    {
        if (spans.Length == 0)
        {
            return;
        }

        using var lines = new MemoryStream();
        for (var i = 0; i < spans.Length; i++)
        {
            await JsonSerializer.SerializeAsync(lines, spans.Span[i], KeptSpanJsonContext.Default.KeptSpan)
                .ConfigureAwait(false);
            lines.Write(_newLine);
        }

        var folder = Directory.CreateDirectory(Path.Combine(FolderOf(state.Value), trace)).FullName;
        var file = new FileStream(
            Path.Combine(folder, instance.Name + Suffix), FileMode.Append, FileAccess.Write, FileShare.ReadWrite,
            bufferSize: 0, FileOptions.Asynchronous);
        await using (file.ConfigureAwait(false))
        {
            await file.WriteAsync(lines.GetBuffer().AsMemory(0, (int)lines.Length)).ConfigureAwait(false);
        }
    }

    private KeptSpan[] Admit(string trace, KeptSpan[] spans)
    {
        var tally = _tallies.TryGetValue(trace, out var known) ? known : Remember(trace);
        tally.Touched = ++_clock;
        var most = Math.Min(spans.Length, options.Value.MaxSpansPerTrace - tally.Spans);
        tally.Spans += most;
        if (most < spans.Length)
        {
            ServiceDefaultsTelemetry.SpansDropped.Add(spans.Length - most);
        }

        return spans[..most];
    }

    private Tally Remember(string trace)
    {
        if (_tallies.Count >= MostTraces)
        {
            _tallies.Remove(_tallies.MinBy(static t => t.Value.Touched).Key);
        }

        return _tallies[trace] = new Tally();
    }

    private sealed class Tally
    {
        public int Spans { get; set; }

        public long Touched { get; set; }
    }
}
