using System.Collections.Concurrent;
using System.Globalization;

namespace KoopmanMesh.Fuzz;

/// <summary>How requests ended, counted.</summary>
internal sealed class Tally
{
    private readonly ConcurrentDictionary<string, int> _endings = new();
    private int _requests;

    public int Requests => _requests;

    /// <summary>Connections that the server closed, as it may for a broken frame.</summary>
    public int ClosedConnections { get; private set; }

    public void Count(string ending)
    {
        _endings.AddOrUpdate(ending, 1, static (_, count) => count + 1);
        Interlocked.Increment(ref _requests);
    }

    public void CountClosed() => ClosedConnections++;

    /// <summary>A line for each ending, the most frequent first.</summary>
    public IEnumerable<string> Lines() => _endings
        .OrderByDescending(ending => ending.Value)
        .Select(ending => string.Create(CultureInfo.InvariantCulture, $"{ending.Value,10:N0}  {ending.Key}"));
}
