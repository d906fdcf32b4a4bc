namespace KoopmanMesh.Koopman.Training.Storage;

/// <summary>A run that stays open until this is disposed.</summary>
internal sealed class TrainingLease(TrainingRun run, Action leave) : IDisposable
{
    private Action? _leave = leave;

    public TrainingRun Run => run;

    public void Dispose() => Interlocked.Exchange(ref _leave, null)?.Invoke();
}
