using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace KoopmanMesh.ServiceDefaults.Security;

/// <summary>A request's body, of which what was received and not yet consumed is counted.</summary>
internal sealed class MeteredReader(PipeReader inner, CallShare share, long limit) : PipeReader
{
    private ReadOnlySequence<byte> _buffer;

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        var read = inner.ReadAsync(cancellationToken);
        return read.IsCompletedSuccessfully ? new(Counted(read.GetAwaiter().GetResult())) : AwaitAsync(read);
    }

    public override bool TryRead(out ReadResult result)
    {
        if (!inner.TryRead(out result))
        {
            return false;
        }

        result = Counted(result);
        return true;
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        var bytes = _buffer.Slice(0, consumed).Length;
        _buffer = default;
        inner.AdvanceTo(consumed, examined);
        share.Add(-bytes);
    }

    public override void CancelPendingRead() => inner.CancelPendingRead();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ReadResult> AwaitAsync(ValueTask<ReadResult> read) =>
        Counted(await read.ConfigureAwait(false));

    private ReadResult Counted(ReadResult result)
    {
        _buffer = result.Buffer;
        var more = _buffer.Length - share.Bytes;
        if (share.Add(more) > limit && more > 0)
        {
            inner.AdvanceTo(_buffer.Start, _buffer.End);
            throw CallMeter.Refusal(limit);
        }

        return result;
    }
}
