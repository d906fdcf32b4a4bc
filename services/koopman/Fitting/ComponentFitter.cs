using System.Diagnostics;
using KoopmanMesh.Koopman.Intake;
using KoopmanMesh.Koopman.V1;
using KoopmanMesh.Numerics.Accumulation;
using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Storage;
using KoopmanMesh.Run.V1;

namespace KoopmanMesh.Koopman.Fitting;

/// <summary>
/// Both fits of one component (methods P0.3, P0.4): F1, the affine one-step map that credits are made of, and F2, the
/// spectrum of its self-iteration. F1's quality is measured on row blocks it did not see; the operator itself is then
/// fitted on all rows.
/// </summary>
internal sealed class ComponentFitter(ILinearAlgebra algebra, TimeProvider time)
{
    private static readonly int[] _standInRanks = [1, 5];

    public FittedComponent Fit(
        AccumulatedPairs pairs, SelfIterations? trajectories, AnalysisOptions options, int component, string runId,
        CancellationToken cancellationToken)
    {
        using var activity = KoopmanTelemetry.Source.StartActivity("koopman.fit");
        activity?.SetTag(KoopmanTelemetry.RunTag, runId);
        activity?.SetTag(KoopmanTelemetry.ComponentTag, component);
        var started = time.GetTimestamp();

        var split = HoldOutSplit.Of(pairs.Accumulator.Blocks, options.HoldOut);
        var fitOptions = new AffineFitOptions
        {
            RankRule = new RankRule.RelTol(options.RankTolerance),
            Alignment = pairs.Alignment,
        };
        var tested = Fit(pairs.Accumulator, split.Train, fitOptions);
        cancellationToken.ThrowIfCancellationRequested();
        var fit = Fit(pairs.Accumulator, split.All, fitOptions);
        cancellationToken.ThrowIfCancellationRequested();
        var blocks = pairs.Accumulator.ToBlockMoments();
        var moments = blocks.Combine(split.All);
        var summary = new OperatorSummary
        {
            RunId = runId,
            Component = component,
            LinearAlgebra = algebra.Name,
            BeforeWidth = fit.BeforeWidth,
            AfterWidth = fit.AfterWidth,
            Fit = FitMapping.ToQuality(
                fit, tested, blocks.Combine(split.Train), blocks.Combine(split.HeldOut), algebra),
            Spectrum = SpectrumFitter.Fit(trajectories, options, algebra),
        };
        cancellationToken.ThrowIfCancellationRequested();
        var resampled = options.Bootstraps > 0 ? blocks.Project(fit.Basis, algebra, cancellationToken) : null;
        var tensors = Tensors(fit, moments, resampled, pairs.Accumulator);
        summary.Seconds = time.GetElapsedTime(started).TotalSeconds;
        KoopmanTelemetry.FitDuration.Record(summary.Seconds);
        return new FittedComponent(summary, tensors);
    }

    private AffineFit Fit(BlockedAccumulator accumulator, double[] weights, AffineFitOptions options) =>
        accumulator.Kind == Numerics.Accumulation.AccumulatorKind.Qr
            ? AffineFitter.Fit(accumulator.ToFactor(weights), options, algebra)
            : AffineFitter.Fit(accumulator.ToMoments(weights), options, algebra);

    private TensorArchive Tensors(
        AffineFit fit, PairMoments moments, BlockMoments? projected, BlockedAccumulator accumulator)
    {
        var (n, p, r) = (fit.BeforeWidth, fit.AfterWidth, fit.Rank.Rank);
        var archive = new TensorArchive();
        archive.Add("basis", fit.Basis.AsMemory(), r, n);
        archive.Add("coefficients", fit.ReducedSlope.AsMemory(), r, p);
        archive.Add("offset", fit.Offset, p);
        foreach (var rank in _standInRanks)
        {
            var standIn = LowRankAffine.Of(fit, moments, rank, algebra);
            archive.Add($"stand_in_{rank}.coefficients", standIn.ReducedSlope.AsMemory(), r, p);
            archive.Add($"stand_in_{rank}.offset", standIn.Offset, p);
        }

        var reduced = moments.Project(fit.Basis, algebra);
        archive.Add("moments.mean", reduced.Mean, r + p);
        archive.Add("moments.scatter", reduced.Scatter.AsMemory(), r + p, r + p);
        archive.Add(
            "blocks.counts", Array.ConvertAll(accumulator.BlockCounts(), count => (double)count), accumulator.Blocks);
        if (projected is not null)
        {
            archive.Add("blocks.centre", projected.Centre, r + p);
            archive.Add("blocks.means", projected.Means.AsMemory(), projected.Blocks, r + p);
            archive.Add(
                "blocks.scatters", projected.PackedScatters.AsMemory(), projected.Blocks,
                projected.PackedScatters.Rows);
        }

        return archive;
    }
}
