namespace KoopmanMesh.Koopman.Training.Storage;

/// <summary>A run that somebody has open, loaded when the first one asks for it.</summary>
internal sealed class OpenRun(Func<TrainingRun> load) : IDisposable
{
    public Lazy<TrainingRun> Run { get; } = new(load);

    public int Users { get; set; }

    public bool IsWritten { get; set; }

    public void Dispose()
    {
        if (Run.IsValueCreated)
        {
            Run.Value.Dispose();
        }
    }
}
