using Google.Protobuf;
using KoopmanMesh.Koopman.Intake;
using KoopmanMesh.Koopman.V1;
using KoopmanMesh.Numerics.Storage;
using KoopmanMesh.ServiceDefaults.Artifacts;
using KoopmanMesh.ServiceDefaults.Errors;
using KoopmanMesh.ServiceDefaults.Ledger;

namespace KoopmanMesh.Koopman.Fitting;

/// <summary>Operators as artifacts of their run.</summary>
internal sealed class OperatorStore(IArtifactStore artifacts, IRunLedger ledger)
{
    private const string SummaryKey = "koopmanmesh.operator";

    /// <summary>Stores an operator; returns its digest.</summary>
    public async Task<string> SaveAsync(FittedComponent fitted, CancellationToken cancellationToken)
    {
        fitted.Tensors.SetMetadata(SummaryKey, JsonFormatter.Default.Format(fitted.Summary));
        return (await artifacts.PutAsync(fitted.Tensors.Write, cancellationToken)).Digest;
    }

    /// <summary>The operator of one component.</summary>
    public async Task<FittedComponent> ReadAsync(string runId, int component, CancellationToken cancellationToken)
    {
        var run = await ledger.GetAsync(runId, cancellationToken);
        if (!run.Operators.TryGetValue(component, out var digest))
        {
            throw new ResourceNotFoundException(
                "OPERATOR_NOT_FOUND",
                "operator",
                $"{runId}/{component}",
                $"run {runId} has {run.Operators.Count} operators and none for component {component}");
        }

        await using var stream = artifacts.OpenRead(digest);
        var archive = TensorArchive.Read(stream);
        var summary = OperatorSummary.Parser.ParseJson(archive.RequireMetadata(SummaryKey));
        summary.Digest = digest;
        return new FittedComponent(summary, archive);
    }
}
