using KoopmanMesh.Networks.Surgery;
using KoopmanMesh.Networks.Verification;
using KoopmanMesh.ServiceDefaults.Errors;
using Microsoft.Extensions.DependencyInjection;

namespace KoopmanMesh.Capture.HandOff;

/// <summary>The hand-off to verifiers, as the capture service takes it in.</summary>
internal static class HandOffHosting
{
    public static IServiceCollection AddHandOff(this IServiceCollection services) => services
        .AddSingleton<HandOffBuilder>()
        .AddSingleton<CounterexampleReplay>()
        .AddErrorMapping<SurgeryException>(ErrorKind.InvalidArgument, "SURGERY_REFUSED")
        .AddErrorMapping<VerificationFormatException>(ErrorKind.InvalidArgument, "VERIFICATION_FORMAT");
}
