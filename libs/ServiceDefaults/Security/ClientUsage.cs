namespace KoopmanMesh.ServiceDefaults.Security;

/// <summary>What one client's calls take at the moment.</summary>
internal sealed class ClientUsage
{
    private const int Forgotten = -1;

    private long _bytes;
    private int _calls;

    /// <summary>Bytes in flight over all calls.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>Adds bytes, or takes them away; gives what there are now.</summary>
    public long Add(long bytes) => Interlocked.Add(ref _bytes, bytes);

    /// <summary>Begins a call unless there are as many; false also of a client that was just forgotten.</summary>
    public bool TryEnter(int most, out bool forgotten)
    {
        while (true)
        {
            var calls = Volatile.Read(ref _calls);
            forgotten = calls == Forgotten;
            if (forgotten || calls >= most)
            {
                return false;
            }

            if (Interlocked.CompareExchange(ref _calls, calls + 1, calls) == calls)
            {
                return true;
            }
        }
    }

    /// <summary>Ends a call; true of the last one, after which this must be forgotten.</summary>
    public bool Leave()
    {
        while (true)
        {
            var calls = Volatile.Read(ref _calls);
            var left = calls == 1 ? Forgotten : calls - 1;
            if (Interlocked.CompareExchange(ref _calls, left, calls) == calls)
            {
                return left == Forgotten;
            }
        }
    }
}
