using KoopmanMesh.Numerics.LinearAlgebra;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the linear algebra that all heavy work goes through.</summary>
public static class LinearAlgebraServiceCollectionExtensions
{
    /// <summary>Configuration key: "openblas" or "managed"; OpenBLAS where it is installed when not set.</summary>
    public const string ConfigurationKey = "LinearAlgebra";

    /// <summary>Adds <see cref="ILinearAlgebra"/>, chosen once for the process.</summary>
    public static IServiceCollection AddLinearAlgebra(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton(
            s => LinearAlgebraProvider.Detect(s.GetRequiredService<IConfiguration>()[ConfigurationKey]));
        return services;
    }
}
