using KoopmanMesh.ServiceDefaults.Hosting;
using KoopmanMesh.ServiceDefaults.Ledger;
using KoopmanMesh.ServiceDefaults.Tests.Support;
using KoopmanMesh.ServiceDefaults.Work;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace KoopmanMesh.ServiceDefaults.Tests.Ledger;

/// <summary>Ledgers in a folder of their own, by a clock that tests move.</summary>
internal sealed class FileLedgerHost : LedgerHost
{
    private FileRunLedger? _ledger;

    public TemporaryFolder Folder { get; } = new();

    public ManualTimeProvider Time { get; } = new();

    internal override RecordingLoggerProvider Logs { get; } = new();

    public override IRunLedger Runs => Files;

    public override IWorkLedger Work => new FileWorkLedger(Files);

    private FileRunLedger Files => _ledger ??= Open();

    public string RunFile(string runId) => Path.Combine(Folder.Path, "runs", runId + ".json");

    public string Journal(string runId) => Path.Combine(Folder.Path, "runs", runId + ".work.jsonl");

    public FileRunLedger Open() => new(
        Options.Create(new StateOptions { Root = Folder.Path }),
        Time,
        LoggerFactory.Create(b => b.AddProvider(Logs)).CreateLogger<FileRunLedger>());

    public override LedgerHost Another() => this;

    public override Task PassAsync(TimeSpan time, CancellationToken ct)
    {
        Time.Advance(time);
        return Task.CompletedTask;
    }

    public override Task RestartAsync()
    {
        _ledger?.Dispose();
        _ledger = null;
        return Task.CompletedTask;
    }

    public override Task<string> RecordAsync(string runId, CancellationToken ct) =>
        File.ReadAllTextAsync(RunFile(runId), ct);

    public override async Task WriteRecordAsync(string runId, string record, CancellationToken ct)
    {
        await RestartAsync();
        await File.WriteAllTextAsync(RunFile(runId), record, ct);
    }

    public override ValueTask DisposeAsync()
    {
        _ledger?.Dispose();
        Folder.Dispose();
        Logs.Dispose();
        return ValueTask.CompletedTask;
    }
}
