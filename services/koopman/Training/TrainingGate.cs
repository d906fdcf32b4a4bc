using KoopmanMesh.ServiceDefaults.Hosting;
using Microsoft.Extensions.Options;

namespace KoopmanMesh.Koopman.Training;

/// <summary>Bounds the calls of TrainingService, and what they compute at once.</summary>
internal sealed class TrainingGate(IOptions<TrainingServiceOptions> options)
    : WorkGate(options.Value.MaxOpenStreams, options.Value.MaxConcurrentAnalyses, "trainings");
