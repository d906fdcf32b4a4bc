using KoopmanMesh.Capture.Messaging;
using KoopmanMesh.Capture.Replacing.Bounding;
using KoopmanMesh.Capture.Replacing.Fitting;
using KoopmanMesh.Capture.Replacing.Measuring;
using KoopmanMesh.Contracts.Events;
using KoopmanMesh.Credit.V1;
using KoopmanMesh.Koopman.V1;
using KoopmanMesh.ServiceDefaults.Clients;
using Microsoft.Extensions.DependencyInjection;

namespace KoopmanMesh.Capture.Replacing;

/// <summary>Replacement runs, as the capture service takes them in.</summary>
internal static class ReplacingHosting
{
    public static IServiceCollection AddReplacing(this IServiceCollection services) => services
        .AddMeshClient<StandInService.StandInServiceClient>(MeshService.Koopman)
        .AddMeshClient<BoundService.BoundServiceClient>(MeshService.Credit)
        .AddSingleton<ReplacementCheck>()
        .AddSingleton<ReplacementDesk>()
        .AddSingleton<ReplacementRunner>()
        .AddSingleton<ReplacementStages>()
        .AddSingleton<ReplacementReporter>()
        .AddSingleton<ReplacementProgress>()
        .AddSingleton<Checkpoints>()
        .AddSingleton<HybridBuilder>()
        .AddSingleton<RegionFitter>()
        .AddSingleton<FitStage>()
        .AddSingleton<CandidateEvaluator>()
        .AddSingleton<PlanStage>()
        .AddSingleton<HybridMeasurer>()
        .AddSingleton<UnstableCounter>()
        .AddSingleton<FrontCounter>()
        .AddSingleton<ExportStage>()
        .AddSingleton<BoundCall>()
        .AddSingleton<BoundStage>()
        .AddEventHandler<ReplacementPlanned, ReplacementPlannedHandler>();
}
