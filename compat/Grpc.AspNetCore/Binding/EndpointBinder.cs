using System.Reflection;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Grpc.AspNetCore.Server;

/// <summary>Maps an endpoint for each method that the generated code binds.</summary>
/// <typeparam name="TService">The type that implements the service.</typeparam>
internal sealed class EndpointBinder<TService>(IEndpointRouteBuilder builder, MethodSettings settings, ILogger logger)
    : ServiceBinderBase
    where TService : class
{
    public List<IEndpointConventionBuilder> Endpoints { get; } = [];

    public HashSet<string> ServiceNames { get; } = [];

    /// <summary>Has the generated code add its methods, by way of the attribute on the service base.</summary>
    public void Bind()
    {
        var attribute = typeof(TService).GetCustomAttribute<BindServiceMethodAttribute>(inherit: true)
            ?? throw new InvalidOperationException(
                $"Type {typeof(TService)} doesn't derive from a generated gRPC service base.");
        var bind = Array.Find(
            attribute.BindType.GetMethods(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static),
            method => method.Name == attribute.BindMethodName
                && method.GetParameters() is [var binder, var service]
                && binder.ParameterType == typeof(ServiceBinderBase)
                && service.ParameterType.IsAssignableFrom(typeof(TService)))
            ?? throw new InvalidOperationException(
                $"Type {attribute.BindType} has no method {attribute.BindMethodName}(ServiceBinderBase, service) " +
                $"for {typeof(TService)}.");
        // No instance here: each call makes its own, so only the description is bound.
        bind.Invoke(null, [this, null]);
    }

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler)
    {
        var invoke = Delegate<Func<TService, TRequest, ServerCallContext, Task<TResponse>>>(
            method, typeof(TRequest), typeof(ServerCallContext));
        Map(method, new UnaryCallHandler<TService, TRequest, TResponse>(method, settings, logger, invoke));
    }

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, ClientStreamingServerMethod<TRequest, TResponse>? handler)
    {
        var invoke = Delegate<Func<TService, IAsyncStreamReader<TRequest>, ServerCallContext, Task<TResponse>>>(
            method, typeof(IAsyncStreamReader<TRequest>), typeof(ServerCallContext));
        Map(method, new ClientStreamingCallHandler<TService, TRequest, TResponse>(method, settings, logger, invoke));
    }

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse>? handler)
    {
        var invoke = Delegate<Func<TService, TRequest, IServerStreamWriter<TResponse>, ServerCallContext, Task>>(
            method, typeof(TRequest), typeof(IServerStreamWriter<TResponse>), typeof(ServerCallContext));
        Map(method, new ServerStreamingCallHandler<TService, TRequest, TResponse>(method, settings, logger, invoke));
    }

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse>? handler)
    {
        var invoke = Delegate<
            Func<TService, IAsyncStreamReader<TRequest>, IServerStreamWriter<TResponse>, ServerCallContext, Task>>(
            method,
            typeof(IAsyncStreamReader<TRequest>),
            typeof(IServerStreamWriter<TResponse>),
            typeof(ServerCallContext));
        Map(method, new DuplexStreamingCallHandler<TService, TRequest, TResponse>(method, settings, logger, invoke));
    }

    /// <summary>A delegate to the service's method that takes the instance first.</summary>
    private static TDelegate Delegate<TDelegate>(IMethod method, params Type[] parameters)
        where TDelegate : Delegate
    {
        var found = typeof(TService).GetMethod(method.Name, parameters) ?? throw new InvalidOperationException(
            $"Type {typeof(TService)} has no method {method.Name}({string.Join<Type>(", ", parameters)}).");
        return found.CreateDelegate<TDelegate>();
    }

    private void Map<TRequest, TResponse>(
        Method<TRequest, TResponse> method, CallHandler<TService, TRequest, TResponse> handler)
        where TRequest : class
        where TResponse : class
    {
        ServiceNames.Add(method.ServiceName);
        var declaration = typeof(TService).GetMethods().First(candidate => candidate.Name == method.Name);
        Endpoints.Add(builder
            .MapPost(method.FullName, (RequestDelegate)handler.HandleAsync)
            .WithDisplayName($"gRPC - {method.FullName}")
            .WithMetadata(
            [
                .. typeof(TService).GetCustomAttributes(inherit: true),
                .. declaration.GetCustomAttributes(inherit: true),
                new GrpcMethodMetadata(typeof(TService), method),
            ]));
    }
}
