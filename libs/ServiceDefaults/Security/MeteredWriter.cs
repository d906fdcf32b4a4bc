using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace KoopmanMesh.ServiceDefaults.Security;

/// <summary>A response's body, of which what was written and not yet taken by the transport is counted.</summary>
internal sealed class MeteredWriter(PipeWriter inner, CallShare share, long limit) : PipeWriter
{
    public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

    public override long UnflushedBytes => inner.UnflushedBytes;

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        Begin();
        return inner.GetMemory(sizeHint);
    }

    public override Span<byte> GetSpan(int sizeHint = 0)
    {
        Begin();
        return inner.GetSpan(sizeHint);
    }

    public override void Advance(int bytes)
    {
        inner.Advance(bytes);
        share.Add(bytes);
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) =>
        Settled(inner.FlushAsync(cancellationToken));

    public override ValueTask<FlushResult> WriteAsync(
        ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
    {
        Begin();
        share.Add(source.Length);
        return Settled(inner.WriteAsync(source, cancellationToken));
    }

    public override void CancelPendingFlush() => inner.CancelPendingFlush();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    private ValueTask<FlushResult> Settled(ValueTask<FlushResult> flush)
    {
        if (!flush.IsCompletedSuccessfully)
        {
            return AwaitAsync(flush);
        }

        var result = flush.GetAwaiter().GetResult();
        share.Clear();
        return new(result);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<FlushResult> AwaitAsync(ValueTask<FlushResult> flush)
    {
        var result = await flush.ConfigureAwait(false);
        share.Clear();
        return result;
    }

    // Refused before the first byte of a message: half of one would make the stream unreadable.
    private void Begin()
    {
        if (share.Bytes == 0 && share.OfClient > limit)
        {
            throw CallMeter.Refusal(limit);
        }
    }
}
