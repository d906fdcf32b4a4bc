namespace KoopmanMesh.ServiceDefaults.Clients;

/// <summary>
/// The deadline of the call that is being served here, for the calls made on its behalf. It follows the serving code
/// through its awaits and ends with it: work that outlives the call, or that the event bus started, has none.
/// </summary>
internal static class CallerDeadline
{
    private static readonly AsyncLocal<Serving?> _current = new();

    /// <summary>UTC; null where no call is being served, or one without a deadline.</summary>
    public static DateTime? Current => _current.Value?.Deadline;

    /// <summary>Says that a call with this deadline is being served until the result is disposed.</summary>
    public static Serving Enter(DateTime deadline) =>
        _current.Value = new Serving { Deadline = deadline == DateTime.MaxValue ? null : deadline };

    internal sealed class Serving : IDisposable
    {
        public DateTime? Deadline { get; set; }

        public void Dispose() => Deadline = null;
    }
}
