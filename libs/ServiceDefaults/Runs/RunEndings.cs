using KoopmanMesh.Contracts.Events;
using KoopmanMesh.ServiceDefaults.Messaging;

namespace KoopmanMesh.ServiceDefaults.Runs;

/// <summary>
/// Turns the events that end a run into its cancellation token's end, in every process that hears them.
/// </summary>
internal sealed class RunEndings(RunCancellations cancellations)
    : IEventHandler<RunCancelled>, IEventHandler<RunFailed>, IEventHandler<RunScored>,
        IEventHandler<ReplacementReported>
{
    public Task HandleAsync(RunCancelled e, CancellationToken ct) => cancellations.CancelAsync(e.RunId);

    public Task HandleAsync(RunFailed e, CancellationToken ct) => cancellations.CancelAsync(e.RunId);

    public Task HandleAsync(RunScored e, CancellationToken ct)
    {
        cancellations.Release(e.RunId);
        return Task.CompletedTask;
    }

    public Task HandleAsync(ReplacementReported e, CancellationToken ct)
    {
        cancellations.Release(e.RunId);
        return Task.CompletedTask;
    }
}
