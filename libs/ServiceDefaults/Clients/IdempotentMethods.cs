using System.Reflection;
using Google.Protobuf.Reflection;
using Grpc.Net.Client.Configuration;
using KoopmanMesh.Run.V1;

namespace KoopmanMesh.ServiceDefaults.Clients;

/// <summary>
/// The methods that may be called again when it isn't known whether they were: those that the protos mark with
/// <c>idempotency_level</c>, where clients in every language can read it too.
/// </summary>
internal static class IdempotentMethods
{
    private const BindingFlags PublicStatic = BindingFlags.Public | BindingFlags.Static;

    /// <summary>The names of all of them, in all services of the contracts.</summary>
    public static IEnumerable<MethodName> Names() =>
        from type in typeof(RunService).Assembly.GetExportedTypes()
        let property = type.GetProperty("Descriptor", PublicStatic)
        where property?.PropertyType == typeof(ServiceDescriptor)
        from method in ((ServiceDescriptor)property.GetValue(null)!).Methods
        where IsIdempotent(method)
        select new MethodName { Service = method.Service.FullName, Method = method.Name };

    private static bool IsIdempotent(MethodDescriptor method) => method.GetOptions()?.IdempotencyLevel
        is MethodOptions.Types.IdempotencyLevel.NoSideEffects or MethodOptions.Types.IdempotencyLevel.Idempotent;
}
