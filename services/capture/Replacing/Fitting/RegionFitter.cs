using KoopmanMesh.Capture.Replacing.Planning;
using KoopmanMesh.Capture.Replacing.Rows;
using KoopmanMesh.Koopman.V1;
using KoopmanMesh.Networks.Execution;
using KoopmanMesh.Networks.Surgery;
using KoopmanMesh.Numerics.StandIns;
using KoopmanMesh.Numerics.Storage;
using KoopmanMesh.ServiceDefaults.Artifacts;
using Microsoft.Extensions.Options;

namespace KoopmanMesh.Capture.Replacing.Fitting;

/// <summary>
/// Fits everything that could stand in for one region: one pass over the fit rows, their pairs streamed to the koopman
/// service while the network runs, and the baselines that need no fit.
/// </summary>
internal sealed class RegionFitter(
    StandInService.StandInServiceClient service, HybridBuilder builder, IArtifactStore artifacts,
    IOptions<CaptureOptions> options)
{
    public async Task<RegionFit> FitAsync(
        ReplacementJob job, ProbedNetwork network, Region region, CancellationToken cancellationToken)
    {
        var operations = OperationCount.Of(GraphSurgery.Extract(job.Model, region.From.Name, region.To.Name));
        var lifts = LiftChoice.Lifts(region, job.Options, operations);
        var baselines = new BaselineSums(region.From.Width, region.To.Width);
        using var call = await StandInCall.OpenAsync(
            service, Header(job, region, lifts), region, options.Value.ChunkBytes, cancellationToken);
        await SendAsync(job, network, region, call, baselines, cancellationToken);
        var (fitted, refused) = await call.ReceiveAsync(cancellationToken);

        var shelf = new Shelf(job, region, builder, artifacts);
        shelf.Refusals.AddRange(refused.Select(r => $"{region.Name} by {r.Lift} was left out: {r.Reason}"));
        foreach (var (summary, file) in fitted)
        {
            var standIn = StandIn.FromArchive(TensorArchive.Read(new MemoryStream(file, writable: false)));
            if (LiftChoice.Keeps(job.Options, summary.Lift, summary.AskedRank, standIn.IsFactored))
            {
                var entry = new FittedStandIn(
                    summary.Lift, summary.AskedRank, summary.Rank, summary.Observables, summary.HeldOutError, 0, "",
                    [.. summary.Warnings]);
                await shelf.AddAsync(entry, standIn, file, cancellationToken);
            }
        }

        await shelf.AddAsync(Roles.Skip, baselines.Skip(), baselines.SkipError, cancellationToken);
        await shelf.AddAsync(Roles.Constant, baselines.Constant(), 1, cancellationToken);
        return new RegionFit(operations, shelf.StandIns, [.. shelf.Refusals.Distinct()]);
    }

    private static StandInHeader Header(ReplacementJob job, Region region, IReadOnlyList<string> lifts)
    {
        var header = new StandInHeader
        {
            RunId = job.RunId,
            Region = region.Name,
            BeforeWidth = region.From.Width,
            AfterWidth = region.To.Width,
            Seed = job.Options.Seed,
            Accurate = job.Options.Accurate,
            RankTolerance = job.Options.RankTolerance,
        };
        header.Lifts.Add(lifts);
        header.Ranks.Add(LiftChoice.Ranks(region, job.Options));
        return header;
    }

    private static async Task SendAsync(
        ReplacementJob job, ProbedNetwork network, Region region, StandInCall call, BaselineSums baselines,
        CancellationToken cancellationToken)
    {
        using var feed = job.OpenFeed(RowParts.Fit);
        var wanted = true;
        while (wanted && feed.Read(cancellationToken))
        {
            var batch = network.Capture(feed.Rows, feed.Count, cancellationToken);
            var (before, after) = (batch[region.From.Name], batch[region.To.Name]);
            baselines.Add(before.Span, after.Span, feed.Count);
            wanted = await call.SendAsync(before, after, feed.Count, cancellationToken);
        }
    }
}
