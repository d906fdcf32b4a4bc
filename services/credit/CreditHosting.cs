using KoopmanMesh.Capture.V1;
using KoopmanMesh.Contracts.Events;
using KoopmanMesh.Credit.Bounding;
using KoopmanMesh.Credit.Bounding.Search;
using KoopmanMesh.Credit.Bounding.Sound;
using KoopmanMesh.Credit.Grpc;
using KoopmanMesh.Credit.Messaging;
using KoopmanMesh.Credit.Operators;
using KoopmanMesh.Credit.Runs;
using KoopmanMesh.Koopman.V1;
using KoopmanMesh.Networks;
using KoopmanMesh.ServiceDefaults.Clients;
using KoopmanMesh.ServiceDefaults.Errors;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

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
            .AddEventHandler<ScorePlanned, ScorePlannedHandler>(RunsAtOnce);
        AddBounds(builder.Services);
        return builder;
    }

    /// <summary>Maps the credit service's gRPC methods.</summary>
    public static IEndpointRouteBuilder MapCredit(this IEndpointRouteBuilder app)
    {
        app.MapGrpcService<CreditGrpcService>();
        app.MapGrpcService<BoundGrpcService>();
        return app;
    }

    private static void AddBounds(IServiceCollection services)
    {
        services.AddOptions<BoundOptions>().BindConfiguration(BoundOptions.SectionName).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<BoundOptions>, BoundOptionsValidator>());
        services
            .AddSingleton<NetworkFiles>()
            .AddSingleton<BoundGate>()
            .AddSingleton(new SoundOptions())
            .AddSingleton<SoundBounder>()
            .AddSingleton<HybridBounder>()
            .AddSingleton<UnstableReporter>()
            .AddSingleton<BoxSearcher>()
            .AddErrorMapping<ModelFormatException>(ErrorKind.InvalidArgument, "MODEL_FORMAT")
            .AddErrorMapping<UnsupportedModelException>(ErrorKind.InvalidArgument, "UNSUPPORTED_MODEL")
            .AddErrorMapping<DllNotFoundException>(ErrorKind.FailedPrecondition, "ONNX_RUNTIME_UNAVAILABLE");
    }
}
