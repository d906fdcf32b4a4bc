using Dapr.Client;
using Microsoft.Extensions.Configuration;

namespace KoopmanMesh.ServiceDefaults.Messaging.Sidecar;

/// <summary>
/// Finds the sidecar by Dapr's own settings: DAPR_HTTP_ENDPOINT or DAPR_HTTP_PORT, DAPR_GRPC_ENDPOINT or
/// DAPR_GRPC_PORT, DAPR_API_TOKEN.
/// </summary>
internal static class SidecarClient
{
    internal static DaprClient Build(IConfiguration configuration)
    {
        var builder = new DaprClientBuilder();
        if (Endpoint(configuration, "HTTP") is { } http)
        {
            builder.UseHttpEndpoint(http);
        }

        if (Endpoint(configuration, "GRPC") is { } grpc)
        {
            builder.UseGrpcEndpoint(grpc);
        }

        if (configuration["DAPR_API_TOKEN"] is { Length: > 0 } token)
        {
            builder.UseDaprApiToken(token);
        }

        return builder.Build();
    }

    private static string? Endpoint(IConfiguration configuration, string protocol) =>
        configuration[$"DAPR_{protocol}_ENDPOINT"] is { Length: > 0 } endpoint ? endpoint
        : configuration[$"DAPR_{protocol}_PORT"] is { Length: > 0 } port ? $"http://127.0.0.1:{port}"
        : null;
}
