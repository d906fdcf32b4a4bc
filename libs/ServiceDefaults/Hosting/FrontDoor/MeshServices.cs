using Google.Protobuf.Reflection;
using KoopmanMesh.Capture.V1;
using KoopmanMesh.Credit.V1;
using KoopmanMesh.Koopman.V1;
using KoopmanMesh.Operator.V1;
using KoopmanMesh.Replacement.V1;
using KoopmanMesh.Run.V1;
using KoopmanMesh.ServiceDefaults.Clients;
using KoopmanMesh.Training.V1;

namespace KoopmanMesh.ServiceDefaults.Hosting.FrontDoor;

/// <summary>A gRPC service of the mesh, and the process that has it.</summary>
/// <param name="Host">The process.</param>
/// <param name="Descriptor">The service in the protos.</param>
/// <param name="Base">Its generated base, by which reflection knows it.</param>
internal sealed record ServiceOfMesh(MeshService Host, ServiceDescriptor Descriptor, Type Base)
{
    /// <summary>
    /// Whether its state is one replica's own, which takes all its calls: whoever came first to the store, until it
    /// ends.
    /// </summary>
    public bool IsKeptByOne { get; init; }
}

/// <summary>Which process has which of the services in the protos.</summary>
internal static class MeshServices
{
    public static IReadOnlyList<ServiceOfMesh> All { get; } =
    [
        new(MeshService.Capture, RunService.Descriptor, typeof(RunService.RunServiceBase)),
        new(MeshService.Capture, InterventionService.Descriptor, typeof(InterventionService.InterventionServiceBase)),
        new(MeshService.Capture, ReplacementService.Descriptor, typeof(ReplacementService.ReplacementServiceBase)),
        new(MeshService.Capture, ProbeService.Descriptor, typeof(ProbeService.ProbeServiceBase)),
        new(MeshService.Koopman, FitService.Descriptor, typeof(FitService.FitServiceBase)),
        new(MeshService.Koopman, StandInService.Descriptor, typeof(StandInService.StandInServiceBase)),
        new(MeshService.Koopman, OperatorService.Descriptor, typeof(OperatorService.OperatorServiceBase)),
        new(MeshService.Koopman, TrainingService.Descriptor, typeof(TrainingService.TrainingServiceBase))
        {
            IsKeptByOne = true,
        },
        new(MeshService.Credit, CreditService.Descriptor, typeof(CreditService.CreditServiceBase)),
        new(MeshService.Credit, BoundService.Descriptor, typeof(BoundService.BoundServiceBase)),
    ];
}
