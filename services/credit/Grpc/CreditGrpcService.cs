using Grpc.Core;
using KoopmanMesh.Credit.V1;
using KoopmanMesh.Run.V1;
using KoopmanMesh.ServiceDefaults.Artifacts;
using KoopmanMesh.ServiceDefaults.Errors;
using KoopmanMesh.ServiceDefaults.Ledger;

namespace KoopmanMesh.Credit.Grpc;

/// <summary>The credit service over gRPC.</summary>
internal sealed class CreditGrpcService(IRunLedger ledger, IArtifactStore artifacts) : CreditService.CreditServiceBase
{
    public override async Task<GetCreditResponse> GetCredit(GetCreditRequest request, ServerCallContext context)
    {
        var run = await ledger.GetAsync(request.RunId, context.CancellationToken);
        if (!run.Artifacts.TryGetValue(RunArtifacts.Report, out var digest))
        {
            throw new ResourceNotFoundException(
                "CREDIT_NOT_SCORED", "credit", request.RunId,
                $"run {request.RunId} is {run.State} and not scored, expected a scored run");
        }

        var report = Report.Parser.ParseFrom(await artifacts.ReadAllBytesAsync(digest, context.CancellationToken));
        return new GetCreditResponse
        {
            Credits = { report.Components.Select(c => c.Credit) },
            Total = report.Total,
            Audit = report.Audit,
        };
    }
}
