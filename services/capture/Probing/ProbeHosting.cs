using Microsoft.Extensions.DependencyInjection;

namespace KoopmanMesh.Capture.Probing;

/// <summary>Networks run for an analysis of training, as the capture service takes it in.</summary>
internal static class ProbeHosting
{
    public static IServiceCollection AddProbing(this IServiceCollection services) => services
        .AddSingleton<WeightProbe>()
        .AddSingleton<RowMapper>();
}
