using Grpc.Core;
using Grpc.Core.Interceptors;

namespace KoopmanMesh.ServiceDefaults.Clients;

/// <summary>Deadlines for calls over channels that <see cref="MeshChannels"/> did not open.</summary>
public static class CallInvokerDeadlineExtensions
{
    /// <summary>
    /// Gives each call that has no deadline the one of its kind; 0 for none. Calls made while another is served also
    /// end with that one's.
    /// </summary>
    /// <param name="calls">Makes the calls.</param>
    /// <param name="ofUnary">Longest unary call.</param>
    /// <param name="ofStreams">Longest stream.</param>
    /// <param name="time">The clock.</param>
    public static CallInvoker WithDeadlines(
        this CallInvoker calls, TimeSpan ofUnary, TimeSpan ofStreams, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        ArgumentOutOfRangeException.ThrowIfLessThan(ofUnary, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(ofStreams, TimeSpan.Zero);
        return calls.Intercept(new DeadlineInterceptor(ofUnary, ofStreams, time));
    }
}
