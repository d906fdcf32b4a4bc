namespace KoopmanMesh.Koopman.Training.Storage;

/// <summary>Stored runs that one call reads together.</summary>
internal sealed class OpenRuns(TrainingStore store) : IDisposable
{
    private readonly List<IDisposable> _open = [];

    /// <summary>The snapshots of a run that are kept since its last break.</summary>
    public SpooledTrajectory Read(string id)
    {
        var lease = store.Read(id);
        _open.Add(lease);
        var snapshots = lease.Run.ReadStretch();
        _open.Add(snapshots);
        return snapshots;
    }

    public void Dispose()
    {
        for (var i = _open.Count - 1; i >= 0; i--)
        {
            _open[i].Dispose();
        }
    }
}
