using KoopmanMesh.Capture.V1;
using KoopmanMesh.Contracts.Events;
using KoopmanMesh.Credit.Grpc;
using KoopmanMesh.Credit.Messaging;
using KoopmanMesh.Credit.Operators;
using KoopmanMesh.Credit.Runs;
using KoopmanMesh.Koopman.V1;
using KoopmanMesh.ServiceDefaults.Clients;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace KoopmanMesh.Credit;

/// <summary>Everything that judges, as a host takes it in.</summary>
public static class CreditHosting
{
    private const int RunsAtOnce = 4;

    /// <summary>Adds the credit service; the host has service defaults and gRPC already.</summary>
    public static IHostApplicationBuilder AddCredit(this IHostApplicationBuilder builder)
    {
        builder.Services
            .AddLinearAlgebra()
            .AddMeshClient<FitService.FitServiceClient>(MeshService.Koopman)
            .AddMeshClient<InterventionService.InterventionServiceClient>(MeshService.Capture)
            .AddSingleton<OperatorReader>()
            .AddSingleton<RunScorer>()
            .AddEventHandler<OperatorFitted, OperatorFittedHandler>(RunsAtOnce);
        return builder;
    }

    /// <summary>Maps the credit service's gRPC methods.</summary>
    public static IEndpointRouteBuilder MapCredit(this IEndpointRouteBuilder app)
    {
        app.MapGrpcService<CreditGrpcService>();
        return app;
    }
}
