using System.Diagnostics;
using Google.Protobuf;
using Grpc.Core;
using KoopmanMesh.Capture.V1;
using KoopmanMesh.Credit.Operators;
using KoopmanMesh.Credit.Reporting;
using KoopmanMesh.Credit.Scoring;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Run.V1;
using KoopmanMesh.ServiceDefaults.Artifacts;
using KoopmanMesh.ServiceDefaults.Ledger;

namespace KoopmanMesh.Credit.Runs;

/// <summary>Judges one run: credits, their intervals, the audit, and the report that says it all.</summary>
internal sealed class RunScorer(
    OperatorReader operators,
    InterventionService.InterventionServiceClient capture,
    IArtifactStore artifacts,
    ILinearAlgebra algebra,
    TimeProvider time)
{
    /// <summary>Returns the digest of the stored report.</summary>
    public async Task<string> ScoreAsync(RunRecord run, CancellationToken cancellationToken)
    {
        using var activity = CreditTelemetry.Source.StartActivity("credit.score");
        activity?.SetTag(CreditTelemetry.RunTag, run.RunId);
        var started = time.GetTimestamp();
        var options = run.Spec.Options;

        var fitted = new List<FittedOperator>();
        for (var component = 0; component < run.Plan!.Components; component++)
        {
            fitted.Add(await operators.ReadAsync(run.RunId, component, cancellationToken));
        }

        var chain = fitted.Select(f => f.Link).ToArray();
        var scoring = new ScoringOptions
        {
            PdetTolerance = options.PdetTolerance,
            CovarianceTolerance = options.CovarianceTolerance,
        };
        var score = CreditScorer.Score(chain, scoring, algebra);
        var bootstrap = Bootstrap(chain, score, scoring, options, cancellationToken);
        var scored = time.GetElapsedTime(started);

        var request = new GetCaptureSummaryRequest { RunId = run.RunId };
        var summary = await capture.GetCaptureSummaryAsync(request, cancellationToken: cancellationToken);
        var interventions = await InterveneAsync(run, cancellationToken);
        var report = ReportAssembler.Assemble(summary.Report, fitted, score, bootstrap, interventions, options);
        report.CreatedAt = time.GetUtcNow().UtcDateTime.ToString(
            "yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
        report.Timings.Add(new StageTime { Stage = RunStages.Fit, Seconds = fitted.Sum(f => f.Summary.Seconds) });
        report.Timings.Add(new StageTime { Stage = RunStages.Credit, Seconds = scored.TotalSeconds });
        report.Timings.Add(
            new StageTime { Stage = RunStages.Audit, Seconds = (time.GetElapsedTime(started) - scored).TotalSeconds });
        CreditTelemetry.ScoreDuration.Record(time.GetElapsedTime(started).TotalSeconds);
        var stored = await artifacts.PutAsync(report.ToByteArray(), cancellationToken);
        return stored.Digest;
    }

    private BootstrapResult? Bootstrap(
        ChainLink[] chain, ChainScore score, ScoringOptions scoring, AnalysisOptions options,
        CancellationToken cancellationToken)
    {
        // Fewer than two replicates, or blocks, have no spread.
        if (options.Bootstraps < 2 || chain[0].Blocks is not { } blocks || blocks.Counts.Length < 2)
        {
            return null;
        }

        using var activity = CreditTelemetry.Source.StartActivity("credit.bootstrap");
        activity?.SetTag(CreditTelemetry.ReplicatesTag, options.Bootstraps);
        var bootstrap =
            new BootstrapOptions { Replicates = options.Bootstraps, Seed = options.Seed, Scoring = scoring };
        return CreditBootstrap.Run(chain, score, bootstrap, algebra, cancellationToken);
    }

    private async Task<IReadOnlyList<RunInterventionsResponse>> InterveneAsync(
        RunRecord run, CancellationToken cancellationToken)
    {
        if (run.Spec.Options.AuditRows < 1)
        {
            return [];
        }

        using var activity = CreditTelemetry.Source.StartActivity("credit.audit");
        var request = new RunInterventionsRequest { RunId = run.RunId };
        using var call = capture.RunInterventions(request, cancellationToken: cancellationToken);
        var results = new List<RunInterventionsResponse>();
        await foreach (var result in call.ResponseStream.ReadAllAsync(cancellationToken))
        {
            results.Add(result);
        }

        return results;
    }
}
