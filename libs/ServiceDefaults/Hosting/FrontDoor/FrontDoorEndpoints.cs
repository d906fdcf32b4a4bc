using Google.Protobuf.Reflection;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using KoopmanMesh.ServiceDefaults.Clients;
using KoopmanMesh.ServiceDefaults.Hosting.FrontDoor;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Microsoft.AspNetCore.Builder;

/// <summary>One address for all services of the mesh.</summary>
public static class FrontDoorEndpoints
{
    private static readonly Marshaller<byte[]> _raw = new(static bytes => bytes, static bytes => bytes);

    /// <summary>
    /// Forwards the services of the mesh that another process has to it, as far as Mesh:Capture, Mesh:Koopman and
    /// Mesh:Credit say where that is. They are this host's like its own: who may call them, how much, and what health
    /// and reflection tell of them.
    /// </summary>
    /// <param name="app">Where to.</param>
    /// <param name="own">What this process is, whose services it has itself.</param>
    public static IEndpointRouteBuilder MapFrontDoor(this IEndpointRouteBuilder app, MeshService own)
    {
        ArgumentNullException.ThrowIfNull(app);
        var services = app.ServiceProvider;
        var options = services.GetRequiredService<IOptions<MeshOptions>>().Value;
        var doors = services.GetRequiredService<ReplicaSets>();
        foreach (var service in MeshServices.All)
        {
            if (service.Host != own && options.AddressOf(service.Host) is not null)
            {
                var forwarder = ActivatorUtilities.CreateInstance<CallForwarder>(
                    services, doors.Of(service.Host), service.IsKeptByOne);
                foreach (var method in service.Descriptor.Methods)
                {
                    app.MapPost($"/{service.Descriptor.FullName}/{method.Name}", forwarder.ForwardAsync)
                        .WithMetadata(new GrpcMethodMetadata(service.Base, MethodOf(method)));
                }
            }
        }

        return app;
    }

    private static Method<byte[], byte[]> MethodOf(MethodDescriptor method) => new(
        (method.IsClientStreaming, method.IsServerStreaming) switch
        {
            (false, false) => MethodType.Unary,
            (true, false) => MethodType.ClientStreaming,
            (false, true) => MethodType.ServerStreaming,
            _ => MethodType.DuplexStreaming,
        },
        method.Service.FullName, method.Name, _raw, _raw);
}
