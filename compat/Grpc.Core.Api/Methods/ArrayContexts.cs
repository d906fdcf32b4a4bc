using System.Buffers;

namespace Grpc.Core;

/// <summary>Collects one message in an array, for marshallers used outside a transport.</summary>
internal sealed class ArraySerializationContext : SerializationContext
{
    private ArrayBufferWriter<byte>? _writer;
    private byte[]? _payload;
    private int _length;

    public override void Complete(byte[] payload) => _payload = payload;

    public override void SetPayloadLength(int payloadLength) => _length = payloadLength;

    public override IBufferWriter<byte> GetBufferWriter() =>
        _writer ??= _length > 0 ? new ArrayBufferWriter<byte>(_length) : new ArrayBufferWriter<byte>();

    public override void Complete() => _payload = _writer is null ? [] : _writer.WrittenSpan.ToArray();

    public byte[] ToArray() =>
        _payload ?? throw new InvalidOperationException("The marshaller returned without completing its message.");
}

/// <summary>Offers one array as a message, for marshallers used outside a transport.</summary>
internal sealed class ArrayDeserializationContext(byte[] payload) : DeserializationContext
{
    public override int PayloadLength => payload.Length;

    public override byte[] PayloadAsNewBuffer() => payload;

    public override ReadOnlySequence<byte> PayloadAsReadOnlySequence() => new(payload);
}
