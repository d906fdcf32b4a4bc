using Grpc.Core;
using KoopmanMesh.ServiceDefaults.Errors;

namespace KoopmanMesh.FunctionalTests.Operators;

/// <summary>What a call that must fail says.</summary>
internal static class Refusal
{
    public static async Task<ErrorDescription> OfAsync(Task call) =>
        RpcErrors.Describe(await Assert.ThrowsAnyAsync<RpcException>(() => call));
}
