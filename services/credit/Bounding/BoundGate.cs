using KoopmanMesh.ServiceDefaults.Hosting;
using Microsoft.Extensions.Options;

namespace KoopmanMesh.Credit.Bounding;

/// <summary>Bounds the work of BoundService.</summary>
internal sealed class BoundGate(IOptions<BoundOptions> options)
    : WorkGate(options.Value.MaxOpenCalls, options.Value.MaxConcurrentCalls, "bounds");
