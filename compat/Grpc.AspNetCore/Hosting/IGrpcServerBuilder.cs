using Microsoft.Extensions.DependencyInjection;

namespace Grpc.AspNetCore.Server;

/// <summary>Goes on configuring gRPC.</summary>
public interface IGrpcServerBuilder
{
    /// <summary>The services being configured.</summary>
    IServiceCollection Services { get; }
}
