using KoopmanMesh.ServiceDefaults.Hosting;
using Microsoft.Extensions.Options;

namespace KoopmanMesh.Koopman.Operators;

/// <summary>Bounds the work of OperatorService; the numerics take no token.</summary>
internal sealed class FitGate(IOptions<OperatorOptions> options)
    : WorkGate(options.Value.MaxOpenFits, options.Value.MaxConcurrentFits, "fits");
