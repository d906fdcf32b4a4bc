using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Grpc.Core.Protocol;

/// <summary>
/// Reads length-prefixed messages from a pipe, deserialising each where it lies. Sizes are checked before a byte of
/// the message is waited for. One reader at a time.
/// </summary>
internal sealed class MessageReader(PipeReader pipe, int? maxSize) : DeserializationContext
{
    private ReadOnlySequence<byte> _payload;

    /// <summary>The peer's grpc-encoding; null or "identity" for none.</summary>
    public string? Encoding { get; set; }

    public override int PayloadLength => (int)_payload.Length;

    public override byte[] PayloadAsNewBuffer() => _payload.ToArray();

    public override ReadOnlySequence<byte> PayloadAsReadOnlySequence() => _payload;

    /// <summary>The next message, or null at the end.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<T?> ReadAsync<T>(
        Func<DeserializationContext, T> deserializer, CancellationToken cancellationToken)
        where T : class
    {
        while (true)
        {
            var result = await pipe.ReadAsync(cancellationToken).ConfigureAwait(false);
            var buffer = result.Buffer;
            var consumed = buffer.Start;
            var examined = buffer.End;
            try
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (TryTakeFrame(buffer, out var compressed, out var payload))
                {
                    consumed = examined = payload.End;
                    return compressed == 1 ? Decompress(deserializer, payload) : Deserialize(deserializer, payload);
                }

                if (result.IsCompleted)
                {
                    return buffer.IsEmpty ? null : throw Incomplete(buffer.Length);
                }
            }
            finally
            {
                pipe.AdvanceTo(consumed, examined);
            }
        }
    }

    internal static RpcException TooLarge(string received, int? limit) => new(new Status(
        StatusCode.ResourceExhausted,
        $"Received message exceeds the maximum configured message size: {received} bytes, limit {limit} bytes."));

    private static RpcException Incomplete(long bytes) => new(new Status(
        StatusCode.Internal,
        $"The stream ended {bytes} bytes into a message, before the length that its prefix states."));

    private bool TryTakeFrame(ReadOnlySequence<byte> buffer, out byte compressed, out ReadOnlySequence<byte> payload)
    {
        compressed = 0;
        payload = default;
        if (buffer.Length < MessageWriter.PrefixLength)
        {
            return false;
        }

        Span<byte> prefix = stackalloc byte[MessageWriter.PrefixLength];
        buffer.Slice(0, MessageWriter.PrefixLength).CopyTo(prefix);
        compressed = prefix[0];
        var length = BinaryPrimitives.ReadUInt32BigEndian(prefix[1..]);
        CheckPrefix(compressed, length);
        if (buffer.Length - MessageWriter.PrefixLength < length)
        {
            return false;
        }

        payload = buffer.Slice(MessageWriter.PrefixLength, length);
        return true;
    }

    private void CheckPrefix(byte compressed, uint length)
    {
        if (compressed > 1)
        {
            throw new RpcException(new Status(
                StatusCode.Internal, $"A message's compression flag is {compressed}; it must be 0 or 1."));
        }

        if (length > (uint)Math.Min(maxSize ?? int.MaxValue, Array.MaxLength))
        {
            throw TooLarge($"{length}", maxSize ?? Array.MaxLength);
        }

        if (compressed == 1 && Encoding is not ProtocolHeaders.Gzip)
        {
            var encoding = Encoding ?? ProtocolHeaders.Identity;
            throw new RpcException(new Status(
                StatusCode.Internal, $"A message is marked compressed but the call's encoding is \"{encoding}\"."));
        }
    }

    private T Decompress<T>(Func<DeserializationContext, T> deserializer, ReadOnlySequence<byte> payload)
    {
        // Back in the pool with the message: a call can end while a read that it left behind is in here.
        using var decompressed = new PooledBuffer();
        Gzip.Decompress(payload, decompressed, maxSize);
        return Deserialize(deserializer, new ReadOnlySequence<byte>(decompressed.Written));
    }

    private T Deserialize<T>(Func<DeserializationContext, T> deserializer, ReadOnlySequence<byte> payload)
    {
        _payload = payload;
        try
        {
            return deserializer(this);
        }
        catch (Exception exception) when (exception is not RpcException)
        {
            throw new RpcException(new Status(
                StatusCode.Internal,
                $"A message of {payload.Length} bytes is not a valid {typeof(T).Name}.",
                exception));
        }
        finally
        {
            _payload = default;
        }
    }
}
