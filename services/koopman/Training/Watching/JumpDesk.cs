using Grpc.Core;
using KoopmanMesh.Koopman.Training.Calls;
using KoopmanMesh.Koopman.Training.Mapping;
using KoopmanMesh.Koopman.Training.Storage;
using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Training.Forecasting;
using KoopmanMesh.Numerics.Training.Windows;
using KoopmanMesh.ServiceDefaults.Errors;
using KoopmanMesh.Training.V1;
using Decision = KoopmanMesh.Numerics.Training.Jumps.JumpDecision;
using PartCase = KoopmanMesh.Training.V1.WatchTrainingRequest.PartOneofCase;

namespace KoopmanMesh.Koopman.Training.Watching;

/// <summary>Proposes weights to the trainer of one stream, and decides by what it found of them.</summary>
internal sealed class JumpDesk(
    TrainingRun run, TrainingGate gate, ILinearAlgebra algebra, TimeProvider time,
    IServerStreamWriter<WatchTrainingResponse> responses)
{
    private int _proposals = run.Jumps.Count;
    private OpenProposal? _open;

    // Of proposals that nothing was decided about: the next decision pays for them.
    private double _spent;

    public Task AnswerAsync(WatchTrainingRequest request, TrainingJudge judge, CancellationToken cancellationToken) =>
        request.PartCase switch
        {
            PartCase.ProposeJump => ProposeAsync(cancellationToken),
            PartCase.ProposeLimit => ProposeLimitAsync(judge, cancellationToken),
            _ => DecideAsync(request.Outcome, judge, cancellationToken),
        };

    private async Task ProposeAsync(CancellationToken cancellationToken)
    {
        _open = null;
        var horizon = run.ToController().NextHorizon;
        if (WhyNot() is { } refusal)
        {
            await TellAsync(new Proposal { Refusal = refusal }, weights: null, cancellationToken);
            return;
        }

        var started = time.GetTimestamp();
        var (weights, failure) = await gate.RunAsync(() => Predict(horizon, cancellationToken), cancellationToken);
        var seconds = time.GetElapsedTime(started).TotalSeconds;
        _spent += seconds;
        if (weights is not null)
        {
            _open = new OpenProposal(++_proposals, horizon, run.Ring.Count);
        }

        await TellAsync(
            new Proposal
            {
                Proposal_ = _open?.Number ?? 0,
                Horizon = weights is null ? 0 : horizon,
                Refusal = failure ?? "",
                Seconds = seconds,
            },
            weights, cancellationToken);
    }

    private async Task ProposeLimitAsync(TrainingJudge judge, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var (weights, failure) = await gate.RunAsync(() => Limit(judge, cancellationToken), cancellationToken);
        await TellAsync(
            new Proposal
            {
                Proposal_ = weights is null ? 0 : ++_proposals,
                Refusal = failure ?? "",
                Seconds = time.GetElapsedTime(started).TotalSeconds,
            },
            weights, cancellationToken);
    }

    private Task DecideAsync(JumpOutcome outcome, TrainingJudge judge, CancellationToken cancellationToken)
    {
        if (_open is not { } open || open.Number != outcome.Proposal || open.After != run.Ring.Count)
        {
            throw new InvalidRequestException(
                "PROPOSAL_UNKNOWN",
                $"proposal {outcome.Proposal} is not open: an outcome follows its proposal, before another and "
                + "before the next snapshot",
                "outcome.proposal");
        }

        if (!double.IsFinite(outcome.LossBefore) || !(outcome.Seconds >= 0 && double.IsFinite(outcome.Seconds)))
        {
            throw new InvalidRequestException(
                "OUTCOME_INVALID",
                FormattableString.Invariant($"loss_before is {outcome.LossBefore} and seconds is {outcome.Seconds}, ")
                + "expected a finite loss and seconds of at least 0",
                "outcome");
        }

        var (decided, _) = run.ToController().Decide(outcome.LossBefore, outcome.LossAfter, outcome.Seconds);
        var jump = new JumpEntry
        {
            Proposal = open.Number,
            After = open.After,
            Horizon = open.Horizon,
            LossBefore = outcome.LossBefore,
            LossAfter = outcome.LossAfter,
            FitSeconds = _spent,
            EvaluationSeconds = outcome.Seconds,
            Keep = decided == Decision.Kept,
        };
        (_open, _spent) = (null, 0);
        run.Append(new JournalEntry { Jump = jump });
        judge.Observe(jump);
        var decision = new JumpDecision
        {
            Proposal = jump.Proposal,
            Keep = jump.Keep,
            NextHorizon = run.ToController().NextHorizon,
        };
        return responses.WriteAsync(new WatchTrainingResponse { Decision = decision }, cancellationToken);
    }

    private string? WhyNot()
    {
        var header = run.Manifest.Header;
        var since = run.Ring.Count - (run.Jumps is [.., var jump] ? jump.After : 0);
        var together = run.Last is { } last ? run.Ring.Count - last.StretchStart : 0;
        var needed = Math.Max(header.Jump.Rest, Math.Max(header.Forecast.Snapshots, header.Forecast.Delays + 2));
        return since < header.Jump.Rest ? $"{since} snapshots came since the last jump, expected {header.Jump.Rest}"
            : together < needed ? $"{together} snapshots came since the last break, expected {needed}"
            : null;
    }

    private (double[]? Weights, string? Failure) Predict(
        int horizon, CancellationToken cancellationToken) => Guarded(() =>
    {
        using var snapshots = run.ReadStretch();
        var options = run.Manifest.Header.Forecast.ToNumerics("header.forecast");
        return WeightForecast.Run(snapshots, options, [horizon], algebra, progress: null, cancellationToken).Weights[0];
    });

    private (double[]? Weights, string? Failure) Limit(TrainingJudge judge, CancellationToken cancellationToken)
    {
        var header = run.Manifest.Header;
        if (judge.Newest is null || header.Observable is Observable.Norms or Observable.Scalars)
        {
            return (null, judge.Newest is null
                ? "no window has been analysed yet"
                : $"a limit is of weights, and the run is observed by {header.Observable}");
        }

        return Guarded(() =>
        {
            using var stretch = run.ReadStretch();
            var first = stretch.Snapshots.ToList().FindIndex(snapshot => snapshot.Step == judge.Newest.FirstStep);
            if (first < 0)
            {
                throw new ArgumentException("the newest window lies before the last break");
            }

            var window = new Numerics.Training.Snapshots.TrajectoryRange(
                stretch, first, TrainingPlan.SpanOf(header.Window));
            return WindowAnalysis.Analyze(window, header.Window.ToNumerics(), algebra, layer: null, cancellationToken)
                .Limit(window, cancellationToken);
        });
    }

    // What can't be predicted is refused with its reason; the stream goes on.
    private (double[]? Weights, string? Failure) Guarded(Func<double[]> predict)
    {
        try
        {
            var weights = predict();
            TensorPieces.RequireRepresentable(weights, run.IsSingle);
            return (weights, null);
        }
        catch (Exception e) when (e is ArgumentException or NonFiniteDataException or NotConvergedException
            or NoLimitException or PreconditionException)
        {
            return (null, e.Message.Split(" (Parameter", 2)[0]);
        }
    }

    private async Task TellAsync(Proposal proposal, double[]? weights, CancellationToken cancellationToken)
    {
        await responses.WriteAsync(new WatchTrainingResponse { Proposal = proposal }, cancellationToken);
        if (weights is null)
        {
            return;
        }

        foreach (var frame in TensorPieces.OfWeights(run.Layout, weights, run.IsSingle))
        {
            await responses.WriteAsync(new WatchTrainingResponse { Tensor = frame }, cancellationToken);
        }
    }

    private sealed record OpenProposal(int Number, int Horizon, long After);
}
