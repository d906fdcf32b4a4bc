using KoopmanMesh.Capture.Replacing.Planning;
using KoopmanMesh.Capture.Replacing.Rows;
using KoopmanMesh.Networks;
using KoopmanMesh.Networks.Execution;
using KoopmanMesh.Networks.Surgery;

namespace KoopmanMesh.Capture.Replacing.Measuring;

/// <summary>
/// Scores plans on the rows that choices are made on. Of a hybrid only what comes after its first replaced region's
/// input runs, on what the original computed there; some plans share each pass of the original.
/// </summary>
internal sealed class CandidateEvaluator(HybridBuilder builder)
{
    // As many plans to a pass as keep their weights near this, and a cancelled run's loss small.
    private const long ParametersAtOnce = 64 << 20;
    private const int MostPlansAtOnce = 16;

    /// <summary>Plans that are scored in one pass.</summary>
    public static int PlansAtOnce(NetworkModel model) =>
        (int)Math.Clamp(ParametersAtOnce / Math.Max(1, model.Parameters), 1, MostPlansAtOnce);

    /// <summary>The score of the original.</summary>
    public static Evaluation Original(
        ReplacementJob job, ProbedNetwork network, CancellationToken cancellationToken)
    {
        var meter = new PerformanceMeter(job.Model.Output.Width);
        using var feed = job.OpenFeed(RowParts.Select);
        while (feed.Read(cancellationToken))
        {
            var output = network.Capture(feed.Rows, feed.Count, cancellationToken).Output.Span;
            meter.Add(output, output, feed.Labels);
        }

        return new Evaluation(
            new HybridPlan([]), meter.Score(job.Measure), job.Operations, job.Model.Parameters);
    }

    /// <summary>Scores plans in one pass; one whose outputs are not finite scores minus infinity.</summary>
    public async Task<IReadOnlyList<Evaluation>> EvaluateAsync(
        ReplacementJob job, ProbedNetwork network, IReadOnlyList<HybridPlan> plans,
        CancellationToken cancellationToken)
    {
        var tails = new List<HybridTail>();
        try
        {
            foreach (var plan in plans)
            {
                var hybrid = await builder.BuildAsync(job.Model, plan, job.Options.Profile, cancellationToken);
                tails.Add(new HybridTail(job, plan, hybrid));
            }

            await Task.Run(() => Run(job, network, tails, cancellationToken), cancellationToken);
            return [.. tails.Select(tail => tail.Result(job))];
        }
        finally
        {
            tails.ForEach(tail => tail.Dispose());
        }
    }

    private static void Run(
        ReplacementJob job, ProbedNetwork network, List<HybridTail> tails, CancellationToken cancellationToken)
    {
        using var feed = job.OpenFeed(RowParts.Select);
        while (feed.Read(cancellationToken))
        {
            var batch = network.Capture(feed.Rows, feed.Count, cancellationToken);
            foreach (var tail in tails)
            {
                cancellationToken.ThrowIfCancellationRequested();
                tail.Add(batch, feed.Labels, cancellationToken);
            }
        }
    }

    /// <summary>A hybrid from its first replaced region on.</summary>
    private sealed class HybridTail : IDisposable
    {
        private readonly HybridPlan _plan;
        private readonly long _parameters;
        private readonly string _from;
        private readonly NetworkSession _session;
        private readonly PerformanceMeter _meter;

        public HybridTail(ReplacementJob job, HybridPlan plan, NetworkModel hybrid)
        {
            (_plan, _parameters, _from) = (plan, hybrid.Parameters, plan.Offers[0].Region.From.Name);
            _session = new NetworkSession(GraphSurgery.Extract(hybrid, _from, hybrid.Output.Name));
            _meter = new PerformanceMeter(job.Model.Output.Width);
        }

        public void Add(NetworkBatch batch, ReadOnlySpan<int> labels, CancellationToken cancellationToken)
        {
            var output = _session.Run(batch[_from], batch.Count, cancellationToken).Output;
            _meter.Add(batch.Output.Span, output.Span, labels);
        }

        public Evaluation Result(ReplacementJob job) => new(
            _plan, _meter.IsFinite ? _meter.Score(job.Measure) : double.NegativeInfinity,
            job.Operations - _plan.Saved, _parameters);

        public void Dispose() => _session.Dispose();
    }
}
