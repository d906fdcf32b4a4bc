using Grpc.Core;
using KoopmanMesh.Replacement.V1;

namespace KoopmanMesh.Cli.Mesh;

/// <summary>What a replacement run found, seen from outside.</summary>
internal sealed class ReplacementClient(CallInvoker calls)
{
    private readonly ReplacementService.ReplacementServiceClient _replacements = new(calls);

    public async Task<ReplacementReport> ReportAsync(string runId, CancellationToken cancellationToken) =>
        (await _replacements.GetReplacementAsync(
            new GetReplacementRequest { RunId = runId }, cancellationToken: cancellationToken)).Report;

    /// <summary>Writes the file of a hybrid.</summary>
    public async Task DownloadAsync(
        string runId, string hybridId, Stream destination, CancellationToken cancellationToken)
    {
        using var call = _replacements.DownloadHybrid(
            new DownloadHybridRequest { RunId = runId, HybridId = hybridId }, cancellationToken: cancellationToken);
        await foreach (var part in call.ResponseStream.ReadAllAsync(cancellationToken))
        {
            await destination.WriteAsync(part.Data.Memory, cancellationToken);
        }
    }
}
