using System.Collections.Concurrent;
using KoopmanMesh.Capture.Capturing;
using KoopmanMesh.ServiceDefaults.Artifacts;
using KoopmanMesh.ServiceDefaults.Ledger;
using KoopmanMesh.ServiceDefaults.Work;

namespace KoopmanMesh.Capture.Runs;

/// <summary>
/// One workspace for each run that is being worked on, made when it is first needed. Of a run that has ended it is made
/// for whoever asks and not kept: nobody would say when it can go.
/// </summary>
internal sealed class WorkspaceCache(
    ModelDesk models, IArtifactStore artifacts, IRunLedger ledger, CutCompressor compressor) : IRunEndObserver
{
    private readonly ConcurrentDictionary<string, Lazy<Task<Workspace>>> _opened = new(StringComparer.Ordinal);

    /// <summary>Runs whose workspaces are held.</summary>
    internal int Count => _opened.Count;

    // Made under no caller's token: others may wait for the same workspace.
    public Task<Workspace> GetAsync(string runId, CancellationToken cancellationToken) =>
        _opened.GetOrAdd(runId, id => new Lazy<Task<Workspace>>(() => OpenAsync(id))).Value.WaitAsync(cancellationToken);

    public void OnEnded(string runId) => _opened.TryRemove(runId, out _);

    private async Task<Workspace> OpenAsync(string runId)
    {
        var keep = false;
        try
        {
            var run = await ledger.PeekAsync(runId, CancellationToken.None);
            var inputs = await RunInputs.OpenAsync(run.Spec, models, artifacts, CancellationToken.None);
            var cuts = compressor.Compress(inputs);
            keep = !run.HasEnded;
            return new Workspace(inputs.Spec, inputs.Chain, inputs.Data, inputs.Order, inputs.Labels, cuts);
        }
        finally
        {
            if (!keep)
            {
                OnEnded(runId);
            }
        }
    }
}
