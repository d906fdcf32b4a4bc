using Grpc.Core;
using KoopmanMesh.Koopman.Operators;
using KoopmanMesh.Koopman.V1;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.ServiceDefaults.Errors;
using KoopmanMesh.ServiceDefaults.Runs;
using Microsoft.Extensions.Options;

namespace KoopmanMesh.Koopman.StandIns;

/// <summary>One call of StandInService: takes the pairs, then fits lift by lift and answers as each is done.</summary>
internal sealed class StandInFitting(
    FitGate gate, RunCancellations cancellations, ILinearAlgebra algebra, TimeProvider time,
    IOptions<OperatorOptions> options)
{
    public async Task FitAsync(
        IAsyncStreamReader<FitStandInsRequest> requests, IServerStreamWriter<FitStandInsResponse> responses,
        CancellationToken cancellationToken)
    {
        using var open = gate.Open();
        var header = await ReadHeaderAsync(requests, cancellationToken);
        var plan = StandInPlan.Of(header, options.Value.MaxSummaryBytes);
        using var activity = KoopmanTelemetry.Source.StartActivity("koopman.stand_ins.fit");
        activity?.SetTag(KoopmanTelemetry.RunTag, header.RunId);
        using var linked = header.RunId.Length > 0
            ? cancellations.Link(header.RunId, cancellationToken)
            : CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);

        var intake = new StandInIntake(plan, options.Value.MaxBufferedBytes, algebra);
        await intake.ReadAsync(requests, linked.Token);
        KoopmanTelemetry.Snapshots.Add(intake.Fitter.Rows);
        var writer = new StandInWriter(responses, linked.Token);
        var lifts = new LiftFitting(plan, intake, gate, algebra);
        for (var i = 0; i < plan.Lifts.Count; i++)
        {
            var started = time.GetTimestamp();
            var (fits, refusal) = await lifts.FitAsync(i, writer, linked.Token);
            var seconds = time.GetElapsedTime(started).TotalSeconds;
            KoopmanTelemetry.OperatorFitDuration.Record(seconds);
            await writer.WriteAsync(header.Lifts[i], fits, refusal, seconds);
        }
    }

    private static async Task<StandInHeader> ReadHeaderAsync(
        IAsyncStreamReader<FitStandInsRequest> stream, CancellationToken cancellationToken) =>
        await stream.MoveNext(cancellationToken)
        && stream.Current.PartCase == FitStandInsRequest.PartOneofCase.Header
            ? stream.Current.Header
            : throw new InvalidRequestException(
                "STAND_IN_HEADER_MISSING", "a stream of pairs for stand-ins starts with a header message, got none",
                "header");
}
