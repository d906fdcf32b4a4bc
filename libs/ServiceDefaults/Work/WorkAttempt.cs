namespace KoopmanMesh.ServiceDefaults.Work;

/// <summary>An attempt at a piece of work that is under way.</summary>
public sealed class WorkAttempt
{
    private long _rows;

    internal WorkAttempt(WorkLease lease) => Lease = lease;

    /// <summary>The claim that it works under.</summary>
    public WorkLease Lease { get; }

    /// <summary>Rows done so far.</summary>
    public long Rows => Interlocked.Read(ref _rows);

    /// <summary>Counts rows that are done.</summary>
    public void Add(long rows) => Interlocked.Add(ref _rows, rows);
}
