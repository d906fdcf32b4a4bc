using System.Numerics.Tensors;

using KoopmanMesh.Experiments.Running;
using KoopmanMesh.Experiments.Scaling;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Observables;
using KoopmanMesh.Numerics.StandIns;

namespace KoopmanMesh.Experiments.Lifts;

/// <summary>
/// One linear operator from observables of z_0 directly to the activation after the replaced layer, for several lifts,
/// fitted on training rows and judged on test rows, beside leaving the layer out. Nothing is tuned after the
/// replacement.
/// </summary>
/// <param name="network">The layer, its neighbours and the scaling block.</param>
/// <param name="start">Position of the ReLU before the layer.</param>
/// <param name="algebra">What multiplies.</param>
public sealed class LiftComparison(ScaledNetwork network, int start, ILinearAlgebra algebra)
{
    /// <summary>How the layer's omission is listed: z_0 cut to the width of the next state.</summary>
    public const string Skip = "skip";

    // A summary takes float32 rows so many at a time.
    private const int Rows = 4_096;

    /// <summary>Fits all lifts to all training rows, in one pass over them.</summary>
    /// <param name="lifts">As <see cref="Lift.Parse"/> reads them.</param>
    /// <param name="inputs">Training rows of the network, row-major.</param>
    /// <param name="seed">Of random features.</param>
    /// <param name="cancellationToken">Looked at every 4,096 rows and between lifts.</param>
    public FittedLifts Fit(
        IReadOnlyList<string> lifts, ReadOnlyMemory<double> inputs, int seed, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(lifts);
        var chain = new ReluChainFeature(
            [.. network.Blocks.Select(b => b.Weights)], [.. network.Blocks.Select(b => b.Bias.ToArray())]);
        var parsed = lifts.Select(text => Lift.Parse(text, network.Width))
            .Select(lift => lift.Delays is null ? lift : lift.Trained(chain)).ToArray();
        var options = new StandInOptions { Seed = seed };
        var fitter = new StandInFitter(network.Width, network.NextWidth, parsed, options, algebra);
        var width = network.Head[0].Weights.Columns;
        for (var done = 0; done < inputs.Length; done += Rows * width)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var rows = inputs.Slice(done, Math.Min(Rows * width, inputs.Length - done));
            var states = LayerChain.Apply(network.Head, rows, width, algebra);
            var targets = LayerChain.Apply(network.Next, states, algebra);
            fitter.Add(Narrow(states), Narrow(targets), states.Columns);
        }

        return new FittedLifts(parsed, fitter);
    }

    /// <summary>Judges fitted lifts on test samples.</summary>
    /// <param name="fitted">From <see cref="Fit"/>; its sums are used up.</param>
    /// <param name="states">z_0 of the samples, w × m.</param>
    /// <param name="labels">Their classes.</param>
    /// <param name="ranks">Ranks of the operators; 0 for full.</param>
    /// <param name="cancellationToken">Looked at between lifts.</param>
    public IReadOnlyList<LiftResult> Judge(
        FittedLifts fitted, Matrix states, ReadOnlyMemory<int> labels, IReadOnlyList<int> ranks,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(fitted);
        ArgumentNullException.ThrowIfNull(states);
        ArgumentNullException.ThrowIfNull(ranks);
        var truth = LayerChain.Apply(network.Next, states, algebra);
        var results = new List<LiftResult> { Result(Skip, 0, 0, (Omitted(states), truth), labels) };
        for (var i = 0; i < fitted.Lifts.Count; i++)
        {
            if (fitted.Fitter.Refusal(i) is { } refusal)
            {
                results.Add(new LiftResult(start, fitted.Lifts[i].Text, 0, 0, null, null) { Refusal = refusal });
                continue;
            }

            foreach (var fit in fitted.Fitter.Fit(i, ranks, cancellationToken))
            {
                var name = fit.AskedRank == 0 ? fitted.Lifts[i].Text : $"{fitted.Lifts[i].Text}, rank {fit.AskedRank}";
                var predicted = fit.StandIn.Apply(states, algebra);
                results.Add(Result(name, fit.StandIn.Observables.Count, fit.Rank, (predicted, truth), labels));
            }
        }

        return results;
    }

    private LiftResult Result(
        string name, int observables, int rank, (Matrix Predicted, Matrix True) states, ReadOnlyMemory<int> labels)
    {
        var accuracy = LayerChain.Accuracy(LayerChain.Apply(network.Tail, states.Predicted, algebra), labels.Span);
        return new LiftResult(start, name, observables, rank, Error(states.Predicted, states.True), accuracy);
    }

    private Matrix Omitted(Matrix states)
    {
        var omitted = new Matrix(network.NextWidth, states.Columns);
        var kept = Math.Min(network.NextWidth, network.Width);
        for (var j = 0; j < states.Columns; j++)
        {
            states.Column(j)[..kept].CopyTo(omitted.Column(j));
        }

        return omitted;
    }

    /// <summary>||Y - Yhat||_F / ||Y - mean Y||_F.</summary>
    private static double Error(Matrix predicted, Matrix truth)
    {
        var mean = new double[truth.Rows];
        for (var j = 0; j < truth.Columns; j++)
        {
            TensorPrimitives.Add(mean, truth.Column(j), mean);
        }

        TensorPrimitives.Divide(mean, truth.Columns, mean);
        var energy = 0.0;
        for (var j = 0; j < truth.Columns; j++)
        {
            var distance = TensorPrimitives.Distance<double>(truth.Column(j), mean);
            energy += distance * distance;
        }

        return TensorPrimitives.Distance<double>(predicted.AsSpan(), truth.AsSpan()) / Math.Sqrt(energy);
    }

    private static float[] Narrow(Matrix matrix)
    {
        var narrow = new float[matrix.AsSpan().Length];
        TensorPrimitives.ConvertTruncating(matrix.AsSpan(), narrow);
        return narrow;
    }
}
