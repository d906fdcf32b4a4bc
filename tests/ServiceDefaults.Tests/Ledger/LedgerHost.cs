using KoopmanMesh.Run.V1;
using KoopmanMesh.ServiceDefaults.Ledger;
using KoopmanMesh.ServiceDefaults.Tests.Support;
using KoopmanMesh.ServiceDefaults.Work;

namespace KoopmanMesh.ServiceDefaults.Tests.Ledger;

/// <summary>Both ledgers of one kind, as one process has them, and what a test does to them.</summary>
public abstract class LedgerHost : IAsyncDisposable
{
    public abstract IRunLedger Runs { get; }

    public abstract IWorkLedger Work { get; }

    internal abstract RecordingLoggerProvider Logs { get; }

    /// <summary>The ledgers as another process has them; this process's own where only one may have them.</summary>
    public abstract LedgerHost Another();

    /// <summary>Time passes for the ledger.</summary>
    public abstract Task PassAsync(TimeSpan time, CancellationToken ct);

    /// <summary>The process ends, and another one takes its place.</summary>
    public abstract Task RestartAsync();

    /// <summary>A run's record as it is stored.</summary>
    public abstract Task<string> RecordAsync(string runId, CancellationToken ct);

    /// <summary>Stores a record as another program would, and looks at it anew.</summary>
    public abstract Task WriteRecordAsync(string runId, string record, CancellationToken ct);

    public abstract ValueTask DisposeAsync();

    public static NewRun Request(string key = "", string model = "m.onnx") => new(
        new RunSpec
        {
            Model = new ArtifactRef { Digest = new string('a', 64), Name = model },
            Data = new ArtifactRef { Digest = new string('b', 64), Name = "d.npy" },
            Options = new AnalysisOptions { Seed = 18_446_744_073_709_551_615, RankTolerance = 1e-7 },
        },
        key,
        "0af7651916cd43dd8448eb211c80319c",
        new RunPlan(2, 3, 300));

    public async Task<RunRecord> RunningAsync(CancellationToken ct)
    {
        var run = (await Runs.CreateOrGetAsync(Request(), ct)).Run;
        return await Runs.UpdateAsync(run.RunId, static r => r with { State = RunState.Running }, ct);
    }

    public Task<RunRecord> EndAsync(string runId, RunState state, CancellationToken ct) =>
        Runs.UpdateAsync(runId, r => r with { State = state }, ct);
}
