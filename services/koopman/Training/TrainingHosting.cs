using KoopmanMesh.Koopman.Training.Calls;
using KoopmanMesh.Koopman.Training.Storage;
using KoopmanMesh.Koopman.Training.Watching;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace KoopmanMesh.Koopman.Training;

/// <summary>Everything behind TrainingService.</summary>
internal static class TrainingHosting
{
    public static IServiceCollection AddTraining(this IServiceCollection services)
    {
        services.AddOptions<TrainingServiceOptions>()
            .BindConfiguration(TrainingServiceOptions.SectionName).ValidateOnStart();
        services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IValidateOptions<TrainingServiceOptions>, TrainingServiceOptionsValidator>());
        return services
            .AddSingleton<TrainingStore>()
            .AddSingleton<TrainingGate>()
            .AddSingleton<AlarmCalibration>()
            .AddSingleton<TrainingWatch>()
            .AddSingleton<ReportCall>()
            .AddSingleton<ForecastCall>()
            .AddSingleton<PruneCall>()
            .AddSingleton<CompareCall>()
            .AddSingleton<DepthCall>();
    }
}
