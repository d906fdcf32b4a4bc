namespace Grpc.Net.Client;

/// <summary>The messages of a request stream that are held back for sending it again; its owner locks.</summary>
internal sealed class KeptMessages(RetryBudget? budget)
{
    private List<byte[]> _messages = [];
    private long _bytes;

    public int Count => _messages.Count;

    public byte[] this[int number] => _messages[number];

    /// <summary>Keeps a message if there is room for it.</summary>
    public bool TryAdd(ReadOnlySpan<byte> message)
    {
        if (budget is null || !budget.TryHold(_bytes, message.Length))
        {
            return false;
        }

        _bytes += message.Length;
        _messages.Add(message.ToArray());
        return true;
    }

    public void LetGo()
    {
        budget?.Release(_bytes);
        _bytes = 0;
        _messages = [];
    }
}
