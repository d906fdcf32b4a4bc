using KoopmanMesh.Contracts.Analysis;
using KoopmanMesh.Contracts.Tensors;
using KoopmanMesh.ServiceDefaults.Errors;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers how errors are told to callers.</summary>
public static class ErrorServiceCollectionExtensions
{
    /// <summary>Adds the error catalog and the mappings of what the contracts throw.</summary>
    public static IServiceCollection AddErrorCatalog(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        if (!services.Any(static d => d.ServiceType == typeof(ErrorCatalog)))
        {
            services.AddSingleton<ErrorCatalog>();
            services.AddErrorMapping<TensorStreamException>(ErrorKind.InvalidArgument, "TENSOR_STREAM_INVALID");
            services.AddErrorMapping<AnalysisOptionsException>(static e =>
                new InvalidRequestException("OPTIONS_INVALID", e.Violations, "spec.options", e).Describe());
        }

        return services;
    }

    /// <summary>Tells <typeparamref name="TException"/> with its own message under one kind and reason.</summary>
    public static IServiceCollection AddErrorMapping<TException>(
        this IServiceCollection services, ErrorKind kind, string reason)
        where TException : Exception =>
        services.AddErrorMapping<TException>(e => new ErrorDescription(kind, reason, e.Message));

    /// <summary>
    /// Tells <typeparamref name="TException"/> in the words of <paramref name="describe"/>. The first mapping of a
    /// type stays.
    /// </summary>
    public static IServiceCollection AddErrorMapping<TException>(
        this IServiceCollection services, Func<TException, ErrorDescription> describe)
        where TException : Exception
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(describe);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IExceptionMapper, DelegateMapper<TException>>(
            _ => new DelegateMapper<TException>(describe)));
        return services;
    }

    private sealed class DelegateMapper<TException>(Func<TException, ErrorDescription> describe) : IExceptionMapper
        where TException : Exception
    {
        public ErrorDescription? Map(Exception exception) => exception is TException typed ? describe(typed) : null;
    }
}
