using Grpc.Core;

namespace Grpc.Net.Client;

/// <summary>Makes a channel's calls.</summary>
internal sealed class HttpClientCallInvoker(GrpcChannel channel) : CallInvoker
{
    public override TResponse BlockingUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        using var call = AsyncUnaryCall(method, host, options, request);
        return call.ResponseAsync.GetAwaiter().GetResult();
    }

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        var call = Start(method, host, options, request);
        return new AsyncUnaryCall<TResponse>(
            Observed(call.ReadSingleAsync()),
            Accessors<TRequest, TResponse>.Headers,
            Accessors<TRequest, TResponse>.Status,
            Accessors<TRequest, TResponse>.Trailers,
            Accessors<TRequest, TResponse>.Dispose,
            call);
    }

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        var call = Start(method, host, options, request);
        return new AsyncServerStreamingCall<TResponse>(
            new ResponseStreamReader<TRequest, TResponse>(call),
            Accessors<TRequest, TResponse>.Headers,
            Accessors<TRequest, TResponse>.Status,
            Accessors<TRequest, TResponse>.Trailers,
            Accessors<TRequest, TResponse>.Dispose,
            call);
    }

    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options)
    {
        var call = new GrpcCall<TRequest, TResponse>(channel, method, host, options, streamsRequests: true);
        var requests = new RequestStreamWriter<TRequest, TResponse>(call);
        call.Start(request: null);
        return new AsyncClientStreamingCall<TRequest, TResponse>(
            requests,
            Observed(call.ReadSingleAsync()),
            Accessors<TRequest, TResponse>.Headers,
            Accessors<TRequest, TResponse>.Status,
            Accessors<TRequest, TResponse>.Trailers,
            Accessors<TRequest, TResponse>.Dispose,
            call);
    }

    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options)
    {
        var call = new GrpcCall<TRequest, TResponse>(channel, method, host, options, streamsRequests: true);
        var requests = new RequestStreamWriter<TRequest, TResponse>(call);
        call.Start(request: null);
        return new AsyncDuplexStreamingCall<TRequest, TResponse>(
            requests,
            new ResponseStreamReader<TRequest, TResponse>(call),
            Accessors<TRequest, TResponse>.Headers,
            Accessors<TRequest, TResponse>.Status,
            Accessors<TRequest, TResponse>.Trailers,
            Accessors<TRequest, TResponse>.Dispose,
            call);
    }

    private GrpcCall<TRequest, TResponse> Start<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
        where TRequest : class
        where TResponse : class
    {
        var call = new GrpcCall<TRequest, TResponse>(channel, method, host, options, streamsRequests: false);
        call.Start(request);
        return call;
    }

    /// <summary>A caller who has seen a call fail elsewhere needn't await its response as well.</summary>
    private static Task<T> Observed<T>(Task<T> response)
    {
        _ = response.ContinueWith(
            static task => task.Exception,
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
        return response;
    }

    /// <summary>The call objects' functions, made once a method rather than once a call.</summary>
    private static class Accessors<TRequest, TResponse>
        where TRequest : class
        where TResponse : class
    {
        public static readonly Func<object, Task<Metadata>> Headers = static call => Of(call).Headers;
        public static readonly Func<object, Status> Status = static call => Of(call).GetStatus();
        public static readonly Func<object, Metadata> Trailers = static call => Of(call).GetTrailers();
        public static readonly Action<object> Dispose = static call => Of(call).Dispose();

        private static GrpcCall<TRequest, TResponse> Of(object call) => (GrpcCall<TRequest, TResponse>)call;
    }
}
