using System.Diagnostics;
using KoopmanMesh.Run.V1;
using KoopmanMesh.ServiceDefaults.Hosting;
using KoopmanMesh.ServiceDefaults.Ledger;
using KoopmanMesh.ServiceDefaults.Telemetry;
using KoopmanMesh.ServiceDefaults.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace KoopmanMesh.ServiceDefaults.Tests.Telemetry;

/// <summary>A source of spans of its own, its recorder, and the folder that it keeps them in.</summary>
internal sealed class Traced : IDisposable
{
    private readonly ActivitySource _source = new($"Test.{Guid.NewGuid():N}");
    private readonly ActivityListener _listener;
    private readonly TemporaryFolder _folder = new();
    private readonly SpanRecorder _recorder;

    public Traced(int most = TelemetryOptions.DefaultMaxSpansPerTrace, bool sampled = true)
    {
        State = Options.Create(new StateOptions { Root = _folder.Path });
        Instance = HostInstance.New("capture", "0");
        Settings = Options.Create(new TelemetryOptions { MaxSpansPerTrace = most });
        var files = new SpanFiles(Instance, State, Settings, NullLogger<SpanFiles>.Instance);
        _recorder = new SpanRecorder(Instance, files, TimeProvider.System);
        _listener = new ActivityListener
        {
            ShouldListenTo = s => s == _source,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => sampled
                ? ActivitySamplingResult.AllDataAndRecorded
                : ActivitySamplingResult.PropagationData,
            ActivityStopped = _recorder.OnEnd,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public IOptions<StateOptions> State { get; }

    public IOptions<TelemetryOptions> Settings { get; }

    public HostInstance Instance { get; }

    public string Traces => SpanFiles.FolderOf(State.Value);

    public string FileOf(RunRecord run) => Path.Combine(Traces, run.TraceId, Instance.Name + SpanFiles.Suffix);

    public Activity Start(string name, ActivityContext parent = default) =>
        _source.StartActivity(name, ActivityKind.Internal, parent)!;

    /// <summary>A run that was accepted in a span of its own.</summary>
    public RunRecord Accept(Action<Activity>? meanwhile = null)
    {
        Activity.Current = null;
        using var root = Start("SubmitRun");
        var run = new RunRecord
        {
            RunId = "r-1",
            Spec = new RunSpec(),
            TraceId = root.TraceId.ToHexString(),
            TraceParent = RunTrace.Begin(),
            CreatedAt = TimeProvider.System.GetUtcNow(),
        };
        meanwhile?.Invoke(root);
        return run;
    }

    public Activity? StartUnder(RunRecord run, string name) => _source.StartUnder(run, name);

    /// <summary>Everything that was told so far is in the files.</summary>
    public void Flush() => Assert.True(_recorder.Shutdown(10_000));

    public async Task<IReadOnlyList<KeptSpan>> ReadAsync(RunRecord run) =>
        await new TraceReader(State).ReadAsync(run, TestContext.Current.CancellationToken);

    public void Dispose()
    {
        _listener.Dispose();
        _source.Dispose();
        _recorder.Dispose();
        _folder.Dispose();
    }
}
