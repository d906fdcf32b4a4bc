using Grpc.Core;

namespace Grpc.Net.Client.Balancer;

/// <summary>Which subchannels take calls at the moment.</summary>
/// <param name="ready">They take calls in turn; may be empty.</param>
/// <param name="failure">Why there is none, once all have failed.</param>
internal sealed class Picker(Subchannel[] ready, Status? failure)
{
    private readonly TaskCompletionSource _replaced = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Status? Failure { get; } = failure;

    /// <summary>Ends when another picker has taken this one's place.</summary>
    public Task Replaced => _replaced.Task;

    /// <summary>The subchannel whose turn it is, or null if there is none.</summary>
    public Subchannel? Pick(ref int turn) =>
        ready.Length == 0 ? null : ready[(uint)Interlocked.Increment(ref turn) % (uint)ready.Length];

    public void Retire() => _replaced.TrySetResult();
}
