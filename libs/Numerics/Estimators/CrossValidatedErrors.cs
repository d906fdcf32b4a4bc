using System.Numerics.Tensors;

using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Spectra;

namespace KoopmanMesh.Numerics.Estimators;

/// <summary>
/// ||Y - B_r U_r' X||_F^2 / ||Y||_F^2 of the state on each fold left out, for r = 0, 1, …, <see cref="MostRank"/>.
/// </summary>
internal sealed class CrossValidatedErrors
{
    private readonly List<double[]> _errors = [];

    public int Folds => _errors.Count;

    public int MostRank { get; private set; } = int.MaxValue;

    /// <summary>Block i of those in use belongs to fold i mod F: neighbours are never in one fold.</summary>
    public static CrossValidatedErrors Of(
        IPairSource source, PairFrame frame, int folds, int maxRank, ILinearAlgebra la)
    {
        var counts = source.BlockCounts();
        folds = Math.Min(folds, counts.Count(count => count > 0));
        var result = new CrossValidatedErrors { MostRank = folds < 2 ? 0 : maxRank };
        for (var fold = 0; fold < folds && folds > 1; fold++)
        {
            var (train, test, used) = (new double[counts.Length], new double[counts.Length], 0);
            for (var b = 0; b < counts.Length; b++)
            {
                var isTest = counts[b] > 0 && used % folds == fold;
                (train[b], test[b]) = counts[b] == 0 ? (0, 0) : isTest ? (0, 1) : (1, 0);
                used += counts[b] > 0 ? 1 : 0;
            }

            result.Add(source.Weighted(train, la), source.Weighted(test, la), frame, la);
        }

        return result;
    }

    /// <summary>Root of the mean over the folds.</summary>
    public double At(int rank) => Math.Sqrt(Mean(rank));

    /// <summary>The first rank ≥ 1 with the least mean.</summary>
    public int Least()
    {
        var least = 1;
        for (var r = 2; r <= MostRank; r++)
        {
            least = Mean(r) < Mean(least) ? r : least;
        }

        return least;
    }

    /// <summary>The first rank whose mean exceeds the least by no more than one standard error of the excess.</summary>
    public int SmallestWithinOneStandardError(int least)
    {
        for (var r = 1; r < least; r++)
        {
            var excess = Mean(r) - Mean(least);
            var sum = 0.0;
            foreach (var fold in _errors)
            {
                var deviation = fold[r] - fold[least] - excess;
                sum += deviation * deviation;
            }

            if (excess <= Math.Sqrt(sum / (Folds - 1) / Folds))
            {
                return r;
            }
        }

        return least;
    }

    private double Mean(int rank)
    {
        var sum = 0.0;
        foreach (var fold in _errors)
        {
            sum += fold[rank];
        }

        return sum / Folds;
    }

    private void Add(LiftedPairs train, LiftedPairs test, PairFrame frame, ILinearAlgebra la)
    {
        var scale = InputScale(train);
        var x = Regressors(train, scale);
        var y = States(test, frame);
        var energy = y.Energy();
        if (Guard.LargestMagnitude(x.AsSpan()) == 0 || energy == 0)
        {
            return;
        }

        var (u, s, vt) = la.ThinSvd(x);
        var shape = new SpectrumShape(x.Rows, (int)Math.Min(train.Count, int.MaxValue));
        shape = train.Squared ? shape with { RelativeFloor = SpectrumShape.SquaredFloor(x.Rows) } : shape;
        var most = RankRule.Full.Decide(s, shape).Rank;
        MostRank = Math.Min(MostRank, most);
        var image = la.Multiply(States(train, frame), vt.SelectRows(0, MostRank), transposeB: true);
        image.ScaleColumns(Array.ConvertAll(s[..MostRank], value => 1 / value));
        var coordinates = la.Multiply(Regressors(test, scale), u.SelectColumns(0, MostRank), transposeA: true);
        _errors.Add(Errors(y, image, coordinates, energy));
    }

    /// <summary>Takes one direction after the other out of the residual: no cancellation, O(n m) each.</summary>
    private static double[] Errors(Matrix residual, Matrix image, Matrix coordinates, double energy)
    {
        var errors = new double[image.Columns + 1];
        errors[0] = 1;
        for (var r = 0; r < image.Columns; r++)
        {
            for (var j = 0; j < residual.Columns; j++)
            {
                var column = residual.Column(j);
                TensorPrimitives.MultiplyAdd(image.Column(r), -coordinates[j, r], column, column);
            }

            errors[r + 1] = residual.Energy() / energy;
        }

        return errors;
    }

    /// <summary>
    /// [X; c U] D: inputs at the size of the states, so that their unit does not order the directions.
    /// </summary>
    private static Matrix Regressors(LiftedPairs pairs, double scale)
    {
        var (x, c) = (pairs.Pairs.X, pairs.Inputs?.Rows ?? 0);
        var joined = new Matrix(x.Rows + c, x.Columns);
        for (var j = 0; j < x.Columns; j++)
        {
            x.Column(j).CopyTo(joined.Column(j));
            if (c > 0)
            {
                TensorPrimitives.Multiply(pairs.Inputs!.Column(j), scale, joined.Column(j)[x.Rows..]);
            }
        }

        return joined.ScaleColumns(pairs.Pairs.WeightRoots());
    }

    private static Matrix States(LiftedPairs pairs, PairFrame frame) =>
        pairs.Pairs.Y.SelectRows(frame.Observables.StateRow, frame.StateWidth).ScaleColumns(pairs.Pairs.WeightRoots());

    private static double InputScale(LiftedPairs pairs)
    {
        var states = Guard.LargestMagnitude(pairs.Pairs.X.AsSpan());
        var inputs = pairs.Inputs is { } given ? Guard.LargestMagnitude(given.AsSpan()) : 0;
        return states > 0 && inputs > 0 ? states / inputs : 1;
    }
}
