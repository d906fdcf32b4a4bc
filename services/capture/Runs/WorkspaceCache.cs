using System.Collections.Concurrent;
using KoopmanMesh.Capture.Capturing;
using KoopmanMesh.ServiceDefaults.Artifacts;
using KoopmanMesh.ServiceDefaults.Ledger;
using KoopmanMesh.ServiceDefaults.Work;

namespace KoopmanMesh.Capture.Runs;

/// <summary>One workspace for each run that is being worked on, made when it is first needed.</summary>
internal sealed class WorkspaceCache(
    ModelDesk models, IArtifactStore artifacts, IRunLedger ledger, CutCompressor compressor) : IRunEndObserver
{
    private readonly ConcurrentDictionary<string, Lazy<Task<Workspace>>> _workspaces = new(StringComparer.Ordinal);

    public async Task<Workspace> GetAsync(string runId, CancellationToken cancellationToken)
    {
        // Made under no caller's token: others may wait for the same workspace.
        var entry = _workspaces.GetOrAdd(runId, id => new Lazy<Task<Workspace>>(() => OpenAsync(id)));
        try
        {
            return await entry.Value.WaitAsync(cancellationToken);
        }
        catch when (entry.Value.IsFaulted)
        {
            Release(runId);
            throw;
        }
    }

    public void OnEnded(string runId) => Release(runId);

    private void Release(string runId) => _workspaces.TryRemove(runId, out _);

    private async Task<Workspace> OpenAsync(string runId)
    {
        var run = await ledger.PeekAsync(runId, CancellationToken.None);
        var inputs = await RunInputs.OpenAsync(run.Spec, models, artifacts, CancellationToken.None);
        var cuts = compressor.Compress(inputs);
        return new Workspace(inputs.Spec, inputs.Chain, inputs.Data, inputs.Order, inputs.Labels, cuts);
    }
}
