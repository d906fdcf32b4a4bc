using Grpc.Core.Interceptors;
using Microsoft.Extensions.DependencyInjection;

namespace Grpc.AspNetCore.Server;

/// <summary>An interceptor's type and what it is made with.</summary>
public class InterceptorRegistration
{
    private readonly object[] _arguments;
    private readonly Lazy<ObjectFactory> _factory;

    internal InterceptorRegistration(Type type, object[] arguments)
    {
        Type = type;
        _arguments = arguments;
        _factory = new Lazy<ObjectFactory>(() => ActivatorUtilities.CreateFactory(
            Type, [.. _arguments.Select(argument => argument.GetType())]));
    }

    /// <summary>The interceptor's type.</summary>
    public Type Type { get; }

    /// <summary>What it is made with, beside the services.</summary>
    public IReadOnlyList<object> Arguments => _arguments;

    /// <summary>The registered interceptor of a call's scope, or a new one that the caller disposes.</summary>
    internal (Interceptor Interceptor, bool Owned) Activate(IServiceProvider services) =>
        _arguments.Length == 0 && services.GetService(Type) is Interceptor registered
            ? (registered, false)
            : ((Interceptor)_factory.Value(services, _arguments), true);
}
