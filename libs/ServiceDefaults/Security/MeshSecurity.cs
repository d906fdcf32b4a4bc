using Grpc.Core;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace KoopmanMesh.ServiceDefaults.Security;

/// <summary>
/// How services call each other: with the mesh's certificates and tokens, or within one process by its own port.
/// </summary>
internal sealed class MeshSecurity : IDisposable
{
    private readonly OwnCalls _own;
    private readonly ClientSecurity _others;

    /// <summary>Made by the container.</summary>
    public MeshSecurity(
        IOptions<ClientSecurityOptions> options, OwnCalls own, TimeProvider time, ILoggerFactory? loggers = null)
    {
        _own = own;
        _others = new ClientSecurity(
            options.Value, time, (loggers ?? NullLoggerFactory.Instance).CreateLogger<MeshSecurity>());
    }

    /// <summary>Where this process calls itself; null where any client may, and it uses the open port.</summary>
    public Uri? OwnAddress => _own.Address;

    /// <summary>Has a handler's connections trust and show what is configured.</summary>
    public void Configure(SocketsHttpHandler handler) => _others.Configure(handler);

    /// <summary>Has calls to an address carry the token that it asks for.</summary>
    public CallInvoker Authorize(Uri address, bool encrypted, CallInvoker invoker) => address == _own.Address
        ? invoker.WithBearerToken(() => _own.Token)
        : _others.Authorize(address, encrypted, invoker);

    /// <summary>The token that calls to another host carry; null where none does.</summary>
    public string? TokenFor(Uri address, bool encrypted) => _others.TokenFor(address, encrypted);

    /// <inheritdoc/>
    public void Dispose() => _others.Dispose();
}
