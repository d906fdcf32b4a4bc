using KoopmanMesh.Wire;

namespace KoopmanMesh.Interop.Tests.Taps;

/// <summary>What a tap has seen, over all its connections.</summary>
internal sealed class TapLog
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(int Connection, int Stream), Call> _calls = [];
    private readonly List<Call> _order = [];

    /// <summary>
    /// The flags of each call's requests and responses, in the order in which the calls began: "10>0" is a call whose
    /// first request was compressed, and neither its second nor its response.
    /// </summary>
    public IReadOnlyList<string> Calls
    {
        get
        {
            lock (_lock)
            {
                return [.. _order.Select(call => $"{call.Requests}>{call.Responses}")];
            }
        }
    }

    public void Add(int connection, bool fromClient, Frame frame)
    {
        var key = (connection, frame.StreamId);
        lock (_lock)
        {
            if (frame.Type == FrameType.Headers && fromClient && !_calls.ContainsKey(key))
            {
                _order.Add(_calls[key] = new Call(new MessageFlags(), new MessageFlags()));
            }
            else if (frame.Type == FrameType.Data && _calls.TryGetValue(key, out var call))
            {
                (fromClient ? call.Requests : call.Responses).Read(Unpadded(frame));
            }
        }
    }

    private static ReadOnlySpan<byte> Unpadded(Frame frame)
    {
        var payload = frame.Payload.Span;
        return frame.Flags.HasFlag(FrameFlags.Padded) ? payload[1..^payload[0]] : payload;
    }

    private sealed record Call(MessageFlags Requests, MessageFlags Responses);
}
