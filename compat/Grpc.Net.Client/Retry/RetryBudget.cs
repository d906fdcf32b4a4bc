namespace Grpc.Net.Client;

/// <summary>How many bytes a channel's calls may hold back for sending them again.</summary>
internal sealed class RetryBudget(long? perCall, long? inAll)
{
    private long _held;

    /// <summary>Whether a call that holds so much already may hold so much more.</summary>
    public bool TryHold(long held, long more)
    {
        if (held + more > perCall)
        {
            return false;
        }

        if (Interlocked.Add(ref _held, more) > inAll)
        {
            Release(more);
            return false;
        }

        return true;
    }

    public void Release(long bytes) => Interlocked.Add(ref _held, -bytes);
}
