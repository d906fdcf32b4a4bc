using Grpc.Core;
using Grpc.Core.Interceptors;

namespace KoopmanMesh.ServiceDefaults.Clients;

/// <summary>
/// Gives every call a deadline, so that a peer that hangs does not hang its callers: its own, else that of its kind,
/// and never a later one than the call has on whose behalf it is made.
/// </summary>
internal sealed class DeadlineInterceptor(TimeSpan ofUnary, TimeSpan ofStreams, TimeProvider time) : Interceptor
{
    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        TRequest request,
        ClientInterceptorContext<TRequest, TResponse> context,
        AsyncUnaryCallContinuation<TRequest, TResponse> continuation) =>
            continuation(request, WithDeadline(context, ofUnary));

    public override TResponse BlockingUnaryCall<TRequest, TResponse>(
        TRequest request,
        ClientInterceptorContext<TRequest, TResponse> context,
        BlockingUnaryCallContinuation<TRequest, TResponse> continuation) =>
            continuation(request, WithDeadline(context, ofUnary));

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        TRequest request,
        ClientInterceptorContext<TRequest, TResponse> context,
        AsyncServerStreamingCallContinuation<TRequest, TResponse> continuation) =>
            continuation(request, WithDeadline(context, ofStreams));

    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
        ClientInterceptorContext<TRequest, TResponse> context,
        AsyncClientStreamingCallContinuation<TRequest, TResponse> continuation) =>
            continuation(WithDeadline(context, ofStreams));

    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
        ClientInterceptorContext<TRequest, TResponse> context,
        AsyncDuplexStreamingCallContinuation<TRequest, TResponse> continuation) =>
            continuation(WithDeadline(context, ofStreams));

    private ClientInterceptorContext<TRequest, TResponse> WithDeadline<TRequest, TResponse>(
        ClientInterceptorContext<TRequest, TResponse> context, TimeSpan usual)
        where TRequest : class
        where TResponse : class
    {
        var own = context.Options.Deadline ?? In(usual);
        var callers = CallerDeadline.Current ?? DateTime.MaxValue;
        return new(context.Method, context.Host, context.Options.WithDeadline(own < callers ? own : callers));
    }

    private DateTime In(TimeSpan usual)
    {
        var now = time.GetUtcNow().UtcDateTime;
        return usual > TimeSpan.Zero && usual < DateTime.MaxValue - now ? now + usual : DateTime.MaxValue;
    }
}
