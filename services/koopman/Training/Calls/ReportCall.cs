using Grpc.Core;
using KoopmanMesh.Koopman.Training.Mapping;
using KoopmanMesh.Koopman.Training.Storage;
using KoopmanMesh.Koopman.Training.Watching;
using KoopmanMesh.ServiceDefaults.Errors;
using KoopmanMesh.Training.V1;

namespace KoopmanMesh.Koopman.Training.Calls;

/// <summary>What is stored of runs, from what is written down of them.</summary>
internal sealed class ReportCall(TrainingStore store, TrainingGate gate)
{
    private const int MostListed = 1000;

    public async Task GetAsync(
        GetTrainingRequest request, IServerStreamWriter<GetTrainingResponse> responses,
        CancellationToken cancellationToken)
    {
        using var place = gate.Open();
        using var lease = store.Read(TrainingIds.Require(request.TrainingId));
        var run = lease.Run;
        var judge = TrainingJudge.Replay(run);
        var isEnded = run.End is { } end && end.Snapshots == run.Ring.Count;
        if (isEnded)
        {
            judge.Close(run.End!.Failure);
        }

        var pieces = ReportPieces.Of(run, judge, Verdicts.Of(run, judge), isEnded ? run.End!.Backtest : null);
        foreach (var piece in pieces)
        {
            await responses.WriteAsync(new GetTrainingResponse { Report = piece }, cancellationToken);
        }
    }

    public ListTrainingsResponse List(ListTrainingsRequest request, CancellationToken cancellationToken)
    {
        if (request.Limit is < 0 or > MostListed)
        {
            throw new InvalidRequestException(
                "LIMIT_INVALID", $"limit is {request.Limit}, expected 1 to {MostListed}, or 0 for 100", "limit");
        }

        using var place = gate.Open();
        var limit = request.Limit == 0 ? 100 : request.Limit;
        return new ListTrainingsResponse
        {
            Trainings =
            {
                store.List(limit, cancellationToken).Select(run => new TrainingSummary
                {
                    TrainingId = run.Manifest.TrainingId,
                    Snapshots = run.Snapshots,
                    Parameters = run.Manifest.Header.Tensors.ToLayout().Count,
                    Bytes = run.Bytes,
                    Verdict = run.Verdict,
                }),
            },
        };
    }
}
