using KoopmanMesh.Contracts.Events;
using KoopmanMesh.Koopman.Fitting;
using KoopmanMesh.Koopman.Grpc;
using KoopmanMesh.Koopman.Intake;
using KoopmanMesh.Koopman.Messaging;
using KoopmanMesh.Numerics.Accumulation;
using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.ServiceDefaults.Errors;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace KoopmanMesh.Koopman;

/// <summary>Everything that fits an operator, as a host takes it in.</summary>
public static class KoopmanHosting
{
    /// <summary>Adds the koopman service; the host has service defaults and gRPC already.</summary>
    public static IHostApplicationBuilder AddKoopman(this IHostApplicationBuilder builder)
    {
        builder.Services
            .AddLinearAlgebra()
            .AddSingleton<AccumulatorStore>()
            .AddSingleton<TrajectoryStore>()
            .AddSingleton<OperatorStore>()
            .AddSingleton<PairIntake>()
            .AddSingleton<TrajectoryIntake>()
            .AddSingleton<ComponentFitter>()
            .AddEventHandler<ShardCaptured, ShardCapturedHandler>()
            .AddErrorMapping<NonFiniteSnapshotException>(ErrorKind.FailedPrecondition, "NON_FINITE_ACTIVATION")
            .AddErrorMapping<NonFiniteDataException>(ErrorKind.FailedPrecondition, "NON_FINITE_ACTIVATION");
        return builder;
    }

    /// <summary>Maps the koopman service's gRPC methods.</summary>
    public static IEndpointRouteBuilder MapKoopman(this IEndpointRouteBuilder app)
    {
        app.MapGrpcService<FitGrpcService>();
        return app;
    }
}
