using System.Runtime.CompilerServices;
using Grpc.Core;

namespace KoopmanMesh.Contracts.Tensors.Lending;

/// <summary>The client's side of <see cref="LendingBinder"/>: makes calls whose responses can be lent.</summary>
public sealed class LendingCallInvoker(CallInvoker invoker) : CallInvoker
{
    private static readonly ConditionalWeakTable<IMethod, IMethod> _methods = [];

    /// <inheritdoc/>
    public override TResponse BlockingUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) =>
        invoker.BlockingUnaryCall(method, host, options, request);

    /// <inheritdoc/>
    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) =>
        invoker.AsyncUnaryCall(method, host, options, request);

    /// <inheritdoc/>
    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) =>
        invoker.AsyncServerStreamingCall(Lend(method), host, options, request);

    /// <inheritdoc/>
    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options) =>
        invoker.AsyncClientStreamingCall(method, host, options);

    /// <inheritdoc/>
    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options) =>
        invoker.AsyncDuplexStreamingCall(Lend(method), host, options);

    // The generated code has one object a method, so that each is looked at once.
    private static Method<TRequest, TResponse> Lend<TRequest, TResponse>(Method<TRequest, TResponse> method)
        where TRequest : class
        where TResponse : class =>
        (Method<TRequest, TResponse>)_methods.GetValue(
            method, static m => LentStreams.Lend((Method<TRequest, TResponse>)m));
}
