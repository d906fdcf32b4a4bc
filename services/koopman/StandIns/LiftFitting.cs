using System.Threading.Channels;
using KoopmanMesh.Koopman.Operators;
using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Observables;
using KoopmanMesh.Numerics.StandIns;
using KoopmanMesh.Training;

namespace KoopmanMesh.Koopman.StandIns;

/// <summary>
/// Fits the lifts of a stream that has ended, one at a time. What a lift cannot do is a refusal of that lift; scaling
/// blocks of as many layers are trained once.
/// </summary>
internal sealed class LiftFitting(StandInPlan plan, StandInIntake intake, FitGate gate, ILinearAlgebra algebra)
{
    private readonly Dictionary<int, ReluChainFeature> _chains = [];

    /// <summary>The stand-ins of one lift, or why there are none.</summary>
    public async Task<(IReadOnlyList<StandInFit> Fits, string? Refusal)> FitAsync(
        int lift, StandInWriter writer, CancellationToken cancellationToken)
    {
        if (Refusal(lift) is { } refusal)
        {
            return ([], refusal);
        }

        try
        {
            if (plan.Lifts[lift].Delays is not { } layers)
            {
                return (await gate.RunAsync(() => Streamed(lift, cancellationToken), cancellationToken), null);
            }

            var chain = await ChainAsync(layers, plan.Header.Lifts[lift], writer, cancellationToken);
            return (await gate.RunAsync(() => Delayed(lift, chain, cancellationToken), cancellationToken), null);
        }
        catch (Exception e) when (
            e is NonFiniteDataException or NotConvergedException or ObservablesException or TrainingDivergedException)
        {
            return ([], e.Message);
        }
    }

    private string? Refusal(int lift)
    {
        if (plan.Lifts[lift].Delays is not { } layers)
        {
            return intake.Fitter.Refusal(intake.Streamed(lift));
        }

        return intake.Delayed is null
            ? $"the lift {plan.Lifts[lift]} imitates one dense layer with its ReLU, which {Region} is not"
            : ScalingBlock.Refusal(layers, plan.Before)
            ?? (intake.Delayed.Rows == 0 ? "the memory allowed holds no pair to train a scaling block on" : null);
    }

    private string Region => plan.Header.Region.Length > 0 ? plan.Header.Region : "the region";

    private IReadOnlyList<StandInFit> Streamed(int lift, CancellationToken cancellationToken) =>
        intake.Fitter.Fit(intake.Streamed(lift), plan.Ranks, cancellationToken);

    private async Task<ReluChainFeature> ChainAsync(
        int layers, string lift, StandInWriter writer, CancellationToken cancellationToken)
    {
        if (_chains.TryGetValue(layers, out var known))
        {
            return known;
        }

        var progress = Channel.CreateBounded<double>(
            new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest, SingleWriter = true });
        var training = gate.RunAsync(() => Train(layers, progress.Writer, cancellationToken), cancellationToken);
        await foreach (var fraction in progress.Reader.ReadAllAsync(cancellationToken))
        {
            await writer.WriteAsync(lift, fraction);
        }

        return _chains[layers] = await training;
    }

    private ReluChainFeature Train(int layers, ChannelWriter<double> progress, CancellationToken cancellationToken)
    {
        try
        {
            intake.Layer!.RequireMakes(intake.Delayed!, algebra);
            return new ScalingBlock(algebra).Train(
                intake.Delayed!, intake.Layer, layers, plan.Options, new Fractions(progress), cancellationToken);
        }
        finally
        {
            progress.Complete();
        }
    }

    private IReadOnlyList<StandInFit> Delayed(int lift, ReluChainFeature chain, CancellationToken cancellationToken)
    {
        var rows = intake.Delayed!;
        var trained = plan.Lifts[lift].Trained(chain);
        var fitter = new StandInFitter(plan.Before, plan.After, [trained], plan.Options, algebra);
        fitter.Add(rows.X, rows.Y, rows.Rows);
        if (fitter.Refusal(0) is { } refusal)
        {
            throw new ObservablesException(refusal);
        }

        var fits = fitter.Fit(0, plan.Ranks, cancellationToken);
        return rows.Rows == rows.Seen
            ? fits
            : [.. fits.Select(fit => fit with
            {
                Warnings = [.. fit.Warnings, $"trained and fitted on the first {rows.Rows} of {rows.Seen} rows"],
            })];
    }

    private sealed class Fractions(ChannelWriter<double> writer) : IProgress<EpochProgress>
    {
        public void Report(EpochProgress value) => writer.TryWrite((double)value.Epoch / value.Epochs);
    }
}
