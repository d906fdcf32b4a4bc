using KoopmanMesh.Capture.Capturing;
using KoopmanMesh.Capture.Estimation;
using KoopmanMesh.Capture.Grpc;
using KoopmanMesh.Capture.HandOff;
using KoopmanMesh.Capture.Interventions;
using KoopmanMesh.Capture.Messaging;
using KoopmanMesh.Capture.Probing;
using KoopmanMesh.Capture.Replacing;
using KoopmanMesh.Capture.Runs;
using KoopmanMesh.Contracts.Events;
using KoopmanMesh.Koopman.V1;
using KoopmanMesh.Networks;
using KoopmanMesh.Networks.Data;
using KoopmanMesh.ServiceDefaults.Clients;
using KoopmanMesh.ServiceDefaults.Errors;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace KoopmanMesh.Capture;

/// <summary>Everything that runs a network, and the front door of a run, as a host takes it in.</summary>
public static class CaptureHosting
{
    private const int ShardsAtOnce = 4;

    /// <summary>Adds the capture service; the host has service defaults and gRPC already.</summary>
    public static IHostApplicationBuilder AddCapture(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<CaptureOptions>().BindConfiguration(CaptureOptions.SectionName).ValidateOnStart();
        builder.Services
            .AddSingleton<IValidateOptions<CaptureOptions>, CaptureOptionsValidator>()
            .AddLinearAlgebra()
            .AddArtifactCollector()
            .AddMeshClient<FitService.FitServiceClient>(MeshService.Koopman)
            .AddSingleton<ModelDesk>()
            .AddSingleton<RunPlanner>()
            .AddSingleton<RunDesk>()
            .AddSingleton<RunInspector>()
            .AddSingleton<CutCompressor>()
            .AddSingleton<WorkspaceCache>()
            .AddSingleton<CaptureEstimator>()
            .AddSingleton<CaptureSummary>()
            .AddSingleton<TrajectorySender>()
            .AddSingleton<ShardCapturer>()
            .AddSingleton<StandInReader>()
            .AddSingleton<InterventionRunner>()
            .AddReplacing()
            .AddHandOff()
            .AddProbing()
            .AddEventHandler<ShardPlanned, ShardPlannedHandler>(ShardsAtOnce)
            .AddRunEndObserver<WorkspaceCache>()
            .AddErrorMapping<ModelFormatException>(ErrorKind.InvalidArgument, "MODEL_FORMAT")
            .AddErrorMapping<UnsupportedModelException>(ErrorKind.InvalidArgument, "UNSUPPORTED_MODEL")
            .AddErrorMapping<DataFormatException>(ErrorKind.InvalidArgument, "DATA_FORMAT")
            .AddErrorMapping<DllNotFoundException>(ErrorKind.FailedPrecondition, "ONNX_RUNTIME_UNAVAILABLE");
        return builder;
    }

    /// <summary>Maps the capture service's gRPC methods.</summary>
    public static IEndpointRouteBuilder MapCapture(this IEndpointRouteBuilder app)
    {
        app.MapGrpcService<RunGrpcService>();
        app.MapGrpcService<InterventionGrpcService>();
        app.MapGrpcService<ReplacementGrpcService>();
        app.MapGrpcService<ProbeGrpcService>();
        return app;
    }
}
