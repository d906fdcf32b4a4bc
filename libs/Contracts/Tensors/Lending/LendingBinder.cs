using Grpc.Core;

namespace KoopmanMesh.Contracts.Tensors.Lending;

/// <summary>
/// Binds a service's methods so that <see cref="LentStreams"/> reads its streams without an allocation a chunk:
/// <c>FitService.BindService(new LendingBinder(binder), service)</c>, in a method that the service names by
/// <see cref="BindServiceMethodAttribute"/>.
/// </summary>
public sealed class LendingBinder(ServiceBinderBase binder) : ServiceBinderBase
{
    /// <inheritdoc/>
    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler) =>
        binder.AddMethod(LentStreams.Lend(method), handler);

    /// <inheritdoc/>
    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, ClientStreamingServerMethod<TRequest, TResponse>? handler) =>
        binder.AddMethod(LentStreams.Lend(method), handler);

    /// <inheritdoc/>
    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse>? handler) =>
        binder.AddMethod(LentStreams.Lend(method), handler);

    /// <inheritdoc/>
    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse>? handler) =>
        binder.AddMethod(LentStreams.Lend(method), handler);
}
