using KoopmanMesh.Capture.V1;
using KoopmanMesh.Credit.Operators;
using KoopmanMesh.Credit.Scoring;
using KoopmanMesh.Run.V1;

namespace KoopmanMesh.Credit.Reporting;

/// <summary>Puts what capture found, what koopman fitted and what credit judged into one report.</summary>
internal static class ReportAssembler
{
    /// <param name="captured">The report as capture filled it; taken over.</param>
    /// <param name="fitted">The operators, in chain order.</param>
    /// <param name="score">The credits.</param>
    /// <param name="bootstrap">Their intervals; null when none were asked for.</param>
    /// <param name="interventions">The audit's effects; empty without an audit.</param>
    /// <param name="options">The run's options, defaults filled in.</param>
    public static Report Assemble(
        Report captured,
        IReadOnlyList<FittedOperator> fitted,
        ChainScore score,
        BootstrapResult? bootstrap,
        IReadOnlyList<RunInterventionsResponse> interventions,
        AnalysisOptions options)
    {
        var report = captured;
        for (var i = 0; i < fitted.Count; i++)
        {
            var component = report.Components[i];
            component.Fit = fitted[i].Summary.Fit;
            component.Spectrum = fitted[i].Summary.Spectrum;
            component.Credit = CreditMapping.ToCredit(score.Components[i], bootstrap, i);
            component.Flags.Add(FlagMapping.ToNames(component, score.Components[i]));
        }

        report.Total = CreditMapping.ToTotal(score.Totals, bootstrap);
        report.Audit = AuditMapping.ToAudit(score, interventions, options);
        report.Environment.LinearAlgebra = fitted[0].Summary.LinearAlgebra;
        report.Warnings.Add(Warnings.Of(report, score, bootstrap));
        return report;
    }
}
