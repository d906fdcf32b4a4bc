using KoopmanMesh.Run.V1;

namespace KoopmanMesh.ServiceDefaults.Ledger;

/// <summary>What may become of a run, and the stamps that go with it.</summary>
internal static class RunTransitions
{
    /// <summary>Whether anything but the progress counters differs.</summary>
    internal static bool IsDurable(RunRecord before, RunRecord after) =>
        after with { Progress = before.Progress } != before;

    /// <summary>Checks a change and stamps it.</summary>
    internal static RunRecord Stamp(RunRecord before, RunRecord after, DateTimeOffset now)
    {
        if (after.RunId != before.RunId || !ReferenceEquals(after.Spec, before.Spec)
            || after.IdempotencyKey != before.IdempotencyKey || after.RequestHash != before.RequestHash)
        {
            throw new InvalidOperationException($"a change of run '{before.RunId}' changed what identifies it");
        }

        if (!IsAllowed(before.State, after.State))
        {
            throw new InvalidOperationException(
                $"run '{before.RunId}' cannot go from {before.State} to {after.State}");
        }

        return after with
        {
            Version = before.Version + 1,
            CreatedAt = before.CreatedAt,
            UpdatedAt = IsDurable(before, after) ? now : before.UpdatedAt,
            StartedAt = before.StartedAt ?? (after.State == RunState.Running ? now : null),
            EndedAt = after.HasEnded ? now : null,
            Untold = after.HasEnded,
        };
    }

    private static bool IsAllowed(RunState from, RunState to) => from == to || (from, to) switch
    {
        (RunState.Queued, RunState.Running or RunState.Failed or RunState.Cancelled) => true,
        (RunState.Running, RunState.Succeeded or RunState.Failed or RunState.Cancelled) => true,
        _ => false,
    };
}
