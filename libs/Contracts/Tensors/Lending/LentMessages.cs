using Google.Protobuf;
using Grpc.Core;

namespace KoopmanMesh.Contracts.Tensors.Lending;

/// <summary>
/// The messages of one type that are free to be read into, and the marshaller that takes them. One that nobody gives
/// back is the garbage collector's, as if it had never been lent.
/// </summary>
internal static class LentMessages<T>
    where T : class, ILendable, IMessage<T>, new()
{
    // Enough for the streams that a small machine reads at a time; of 64 KiB chunks, 2 MiB.
    private const int MostFree = 32;

    // Two fields of bytes, and what stands around them.
    private const int MostBytes = (2 * LentBytes.MostKept) + 1024;

    private static readonly MessageParser<T> _parser = new(() => new T());
    private static readonly T?[] _free = new T?[MostFree];

    /// <summary>Reads chunks into lent messages, and everything else as the generated marshaller does.</summary>
    public static Marshaller<T> Marshaller { get; } = new(Write, Read);

    /// <summary>
    /// Gives a message back, whose bytes must not be looked at any more; one that wasn't lent stays whosever it is.
    /// </summary>
    public static void Return(T message)
    {
        if (message.IsLent)
        {
            message.IsLent = false;
            Keep(message);
        }
    }

    private static void Keep(T message)
    {
        // A longer one would hold here what was too long to be kept.
        if (message.CalculateSize() > MostBytes)
        {
            return;
        }

        for (var i = 0; i < MostFree; i++)
        {
            if (_free[i] is null && Interlocked.CompareExchange(ref _free[i], message, null) is null)
            {
                return;
            }
        }
    }

    private static T Rent()
    {
        for (var i = 0; i < MostFree; i++)
        {
            if (_free[i] is { } message && Interlocked.CompareExchange(ref _free[i], null, message) == message)
            {
                return message;
            }
        }

        return new T();
    }

    private static void Write(T message, SerializationContext context)
    {
        context.SetPayloadLength(message.CalculateSize());
        message.WriteTo(context.GetBufferWriter());
        context.Complete();
    }

    private static T Read(DeserializationContext context)
    {
        var payload = context.PayloadAsReadOnlySequence();
        var message = Rent();
        var reader = new LentReader(payload);
        if (message.TryReread(ref reader))
        {
            message.IsLent = true;
            return message;
        }

        Keep(message);
        return _parser.ParseFrom(payload);
    }
}
