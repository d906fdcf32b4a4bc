using System.Numerics.Tensors;

using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Observables;
using KoopmanMesh.Numerics.Spectra;

namespace KoopmanMesh.Numerics.Estimators;

/// <summary>
/// What turns raw pairs into lifted ones, fixed once so that every chunk, shard and prediction is treated alike.
/// </summary>
public sealed record PairFrame
{
    /// <summary>Initial states kept for amplitudes.</summary>
    public const int MostStarts = 64;

    private const int SampleColumns = 2048;

    /// <summary>psi: R^(n q) → R^N.</summary>
    public required Dictionary Observables { get; init; }

    /// <summary>q.</summary>
    public required int Delays { get; init; }

    /// <summary>dt.</summary>
    public required double TimeStep { get; init; }

    /// <summary>psi of the initial delay vectors, N × at most 64, at least one.</summary>
    public required Matrix Starts { get; init; }

    /// <summary>Scale each pair by 1 / ||psi(h_k)||.</summary>
    public bool ColumnScaling { get; init; }

    /// <summary>n.</summary>
    public int StateWidth => Observables.Width / Delays;

    /// <summary>The frame of data in memory: the dictionary is built on at most 2,048 evenly spread pairs.</summary>
    public static PairFrame Of(SnapshotData data, SnapshotPairs pairs, PairEstimator estimator, ILinearAlgebra la)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(pairs);
        ArgumentNullException.ThrowIfNull(estimator);
        var dictionary = ReferenceEquals(estimator.Observables, ObservablesSpec.Identity)
            ? Dictionary.Identity(pairs.X.Rows)
            : estimator.Observables.Build(Sample(pairs.X), la);
        return Of(data, dictionary, estimator, la);
    }

    /// <summary>The same with a dictionary that is there already.</summary>
    internal static PairFrame Of(
        SnapshotData data, Dictionary dictionary, PairEstimator estimator, ILinearAlgebra la) =>
        new()
        {
            Observables = dictionary,
            Delays = estimator.Delays,
            TimeStep = data.TimeStep,
            ColumnScaling = estimator.ColumnScaling,
            Starts = dictionary.Lift(data.Starts(estimator.Delays, MostStarts), la),
        };

    /// <summary>psi of both sides, scaled if the frame says so; weights are kept.</summary>
    public LiftedPairs Lift(SnapshotPairs pairs, Matrix? inputs, ILinearAlgebra la)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        var (x, y) = (Observables.Lift(pairs.X, la), Observables.Lift(pairs.Y, la));
        if (!Observables.IsIdentity)
        {
            // States were checked when they came; functions of them may overflow.
            Guard.Finite(x, "the observables of the snapshots");
            Guard.Finite(y, "the observables of the successors");
        }

        if (inputs is not null)
        {
            Guard.Finite(inputs, "the matrix of inputs");
        }

        var weights = ColumnScaling ? ScaledWeights(x, pairs.Weights.Span) : pairs.Weights;
        return new LiftedPairs(new SnapshotPairs(x, y, weights), inputs);
    }

    // A pair divided by its norm is a pair that weighs 1 / norm^2; a zero column stays as it is.
    private static double[] ScaledWeights(Matrix x, ReadOnlySpan<double> weights)
    {
        var scaled = weights.ToArray();
        for (var j = 0; j < scaled.Length; j++)
        {
            var norm = TensorPrimitives.Norm<double>(x.Column(j));
            scaled[j] /= norm == 0 ? 1 : norm * norm;
        }

        return scaled;
    }

    private static Matrix Sample(Matrix x)
    {
        var count = Math.Min(SampleColumns, x.Columns);
        var sample = new Matrix(x.Rows, count);
        for (var j = 0; j < count; j++)
        {
            x.Column((int)((long)j * x.Columns / count)).CopyTo(sample.Column(j));
        }

        return sample;
    }
}
