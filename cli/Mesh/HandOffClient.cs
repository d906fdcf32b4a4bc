using System.Runtime.CompilerServices;
using Grpc.Core;
using KoopmanMesh.Replacement.V1;

namespace KoopmanMesh.Cli.Mesh;

/// <summary>What verifiers are given and give back, seen from outside.</summary>
internal sealed class HandOffClient(CallInvoker calls)
{
    private readonly ReplacementService.ReplacementServiceClient _replacements = new(calls);

    /// <summary>The files, one after the other, in pieces.</summary>
    public async IAsyncEnumerable<BuildHandOffResponse> BuildAsync(
        BuildHandOffRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var call = _replacements.BuildHandOff(request, cancellationToken: cancellationToken);
        await foreach (var piece in call.ResponseStream.ReadAllAsync(cancellationToken))
        {
            yield return piece;
        }
    }

    public async Task<ReplayCounterexampleResponse> ReplayAsync(
        ReplayCounterexampleRequest request, CancellationToken cancellationToken) =>
        await _replacements.ReplayCounterexampleAsync(request, cancellationToken: cancellationToken);
}
