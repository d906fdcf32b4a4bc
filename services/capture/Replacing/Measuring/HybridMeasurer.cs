using KoopmanMesh.Capture.Replacing.Planning;
using KoopmanMesh.Capture.Replacing.Rows;
using KoopmanMesh.Networks;
using KoopmanMesh.Networks.Execution;
using KoopmanMesh.Networks.Surgery;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.StandIns;
using KoopmanMesh.Replacement.V1;

namespace KoopmanMesh.Capture.Replacing.Measuring;

/// <summary>
/// Measures a hybrid from the bytes of its file alone, on rows that nothing was fitted to, chosen or calibrated on,
/// beside the plain baselines of the same regions.
/// </summary>
internal sealed class HybridMeasurer(HybridBuilder builder, ILinearAlgebra algebra)
{
    private static readonly int[] _latencyBatches = [1, 256];

    /// <summary>The original on the test rows.</summary>
    public static (Performance Performance, Costs Costs) Original(
        ReplacementJob job, CancellationToken cancellationToken)
    {
        using var original = new Contender("", job.Model);
        RunAll(job, [original], null, cancellationToken);
        return (original.Performance(job.Measure), original.Costs);
    }

    /// <summary>Writes, reads back and measures.</summary>
    /// <param name="job">The run.</param>
    /// <param name="evaluation">What to export.</param>
    /// <param name="baselines">Plans of the same regions to measure beside it, by name.</param>
    /// <param name="cancellationToken">Looked at in every batch.</param>
    public async Task<ExportedHybrid> MeasureAsync(
        ReplacementJob job, Evaluation evaluation, IReadOnlyList<(string Name, HybridPlan Plan)> baselines,
        CancellationToken cancellationToken)
    {
        var plan = evaluation.Plan;
        var edited = await builder.BuildAsync(job.Model, plan, job.Options.Profile, cancellationToken);
        var fromFile = NetworkModel.Load(
            HybridFile.ToBytes(edited, new Dictionary<string, string>()), $"{job.Model.Name} with {plan.Sentence}");
        var standIns = new List<StandIn>();
        foreach (var offer in plan.Offers)
        {
            standIns.Add(await builder.ReadAsync(offer.Digest, cancellationToken));
        }

        using var own = new OwnEvaluation(job.Model, plan, standIns, algebra);
        var contenders = new List<Contender> { new(plan.Id, fromFile) };
        try
        {
            foreach (var (name, other) in baselines)
            {
                var hybrid = await builder.BuildAsync(job.Model, other, job.Options.Profile, cancellationToken);
                contenders.Add(new Contender(name, hybrid));
            }

            await Task.Run(() => RunAll(job, contenders, own, cancellationToken), cancellationToken);
            return new ExportedHybrid(evaluation, edited, fromFile, ToReport(job, plan, fromFile, contenders, own));
        }
        finally
        {
            contenders.ForEach(contender => contender.Dispose());
        }
    }

    /// <summary>The latencies of a hybrid beside its original's.</summary>
    public static void Time(ReplacementJob job, ExportedHybrid hybrid, CancellationToken cancellationToken)
    {
        var rows = SomeRows(job, _latencyBatches.Max(), cancellationToken);
        foreach (var batch in _latencyBatches)
        {
            var some = rows.AsMemory(0, batch * job.Model.Input.Width);
            hybrid.Report.Latencies.Add(
                LatencyMeter.Measure(job.Model, hybrid.FromFile, some, batch, cancellationToken));
        }
    }

    private static Hybrid ToReport(
        ReplacementJob job, HybridPlan plan, NetworkModel fromFile, List<Contender> contenders, OwnEvaluation own)
    {
        var report = new Hybrid
        {
            Id = plan.Id,
            Performance = contenders[0].Performance(job.Measure),
            Costs = contenders[0].Costs,
            OwnEvaluationDifference = own.Difference,
        };
        report.Regions.Add(plan.Offers.Select(ReplacementMapping.ToMessage));
        report.Baselines.Add(contenders.Skip(1).Select(contender => contender.ToBaseline(job.Measure)));
        report.Operators.Add(fromFile.Operators.Distinct());
        return report;
    }

    /// <summary>One pass of the test rows through the original and all beside it.</summary>
    /// <param name="job">The run.</param>
    /// <param name="contenders">The first is the one that <paramref name="own"/> is of.</param>
    /// <param name="own">What the first should compute; null when it is the original.</param>
    /// <param name="cancellationToken">Looked at in every batch.</param>
    private static void RunAll(
        ReplacementJob job, List<Contender> contenders, OwnEvaluation? own, CancellationToken cancellationToken)
    {
        using var session = new NetworkSession(job.Model);
        using var feed = job.OpenFeed(RowParts.Test);
        while (feed.Read(cancellationToken))
        {
            var original = session.Run(feed.Rows, feed.Count, cancellationToken).Output;
            for (var i = 0; i < contenders.Count; i++)
            {
                var outputs = contenders[i].Add(
                    feed.Rows, feed.Count, original.Span, feed.Labels, cancellationToken);
                if (i == 0)
                {
                    own?.Compare(feed.Rows, feed.Count, outputs.Span, cancellationToken);
                }
            }
        }
    }

    /// <summary>Rows of the data, again and again until there are as many as wanted.</summary>
    private static float[] SomeRows(ReplacementJob job, int count, CancellationToken cancellationToken)
    {
        var rows = new float[count * job.Model.Input.Width];
        var filled = 0;
        while (filled < rows.Length)
        {
            using var feed = job.OpenFeed(RowParts.Test);
            while (filled < rows.Length && feed.Read(cancellationToken))
            {
                var some = feed.Rows.Span[..Math.Min(feed.Rows.Length, rows.Length - filled)];
                some.CopyTo(rows.AsSpan(filled));
                filled += some.Length;
            }
        }

        return rows;
    }
}
