using KoopmanMesh.Run.V1;
using KoopmanMesh.ServiceDefaults.Hosting;
using KoopmanMesh.ServiceDefaults.Ledger;
using KoopmanMesh.ServiceDefaults.Tests.Support;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace KoopmanMesh.ServiceDefaults.Tests.Ledger;

/// <summary>A ledger in a folder of its own, which can be closed and opened again.</summary>
internal sealed class LedgerFixture : IDisposable
{
    private FileRunLedger? _ledger;

    public TemporaryFolder Folder { get; } = new();

    public ManualTimeProvider Time { get; } = new();

    public RecordingLoggerProvider Logs { get; } = new();

    public FileRunLedger Ledger => _ledger ??= Open();

    public string RunFile(string runId) => Path.Combine(Folder.Path, "runs", runId + ".json");

    public FileRunLedger Open() => new(
        Options.Create(new StateOptions { Root = Folder.Path }),
        Time,
        LoggerFactory.Create(b => b.AddProvider(Logs)).CreateLogger<FileRunLedger>());

    public FileRunLedger Reopen()
    {
        _ledger?.Dispose();
        _ledger = null;
        return Ledger;
    }

    public async Task<RunRecord> RunningAsync(CancellationToken ct)
    {
        var run = (await Ledger.CreateOrGetAsync(Request(), ct)).Run;
        return await Ledger.UpdateAsync(
            run.RunId, r => r with { State = RunState.Running, Plan = new RunPlan(2, 3, 300) }, ct);
    }

    public static NewRun Request(string key = "", string model = "m.onnx") => new(
        new RunSpec
        {
            Model = new ArtifactRef { Digest = new string('a', 64), Name = model },
            Data = new ArtifactRef { Digest = new string('b', 64), Name = "d.npy" },
            Options = new AnalysisOptions { Seed = 18_446_744_073_709_551_615, RankTolerance = 1e-7 },
        },
        key,
        "0af7651916cd43dd8448eb211c80319c");

    public void Dispose()
    {
        _ledger?.Dispose();
        Folder.Dispose();
        Logs.Dispose();
    }
}
