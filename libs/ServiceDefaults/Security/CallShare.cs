namespace KoopmanMesh.ServiceDefaults.Security;

/// <summary>
/// What one direction of a call has of its client's bytes. A read or a flush that a call leaves behind may end after
/// it, on another thread: from its release on nothing is counted, so that nothing stays counted, or is taken twice.
/// </summary>
internal sealed class CallShare(ClientUsage usage)
{
    private const long Released = long.MinValue;

    private long _bytes;

    /// <summary>What it has; 0 after its release.</summary>
    public long Bytes => Math.Max(Interlocked.Read(ref _bytes), 0);

    /// <summary>What the client has over all calls.</summary>
    public long OfClient => usage.Bytes;

    /// <summary>Adds bytes, or takes them away; gives what the client has now.</summary>
    public long Add(long bytes)
    {
        while (true)
        {
            var held = Interlocked.Read(ref _bytes);
            if (held == Released)
            {
                return 0;
            }

            if (Interlocked.CompareExchange(ref _bytes, held + bytes, held) == held)
            {
                return usage.Add(bytes);
            }
        }
    }

    /// <summary>Gives back what it has.</summary>
    public void Clear() => Add(-Bytes);

    /// <summary>Gives back what it has, and counts nothing more.</summary>
    public void Release()
    {
        if (Interlocked.Exchange(ref _bytes, Released) is var held && held != Released)
        {
            usage.Add(-held);
        }
    }
}
