using System.Collections.Immutable;
using System.Diagnostics;
using System.Numerics.Tensors;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Training.Forecasting;

/// <summary>Fits one block of a slab and writes what it predicts.</summary>
/// <param name="task">What is asked for.</param>
/// <param name="la">The linear algebra to run on.</param>
internal sealed class BlockForecaster(ForecastTask task, ILinearAlgebra la)
{
    /// <summary>
    /// Predicts the rows of a block; those that stay as they are, are not written.
    /// </summary>
    /// <param name="slab">Rows × snapshots.</param>
    /// <param name="block">Its rows.</param>
    /// <param name="predicted">Rows × horizons.</param>
    public BlockOutcome Run(SlabValues slab, ImmutableArray<Segment> block, Matrix predicted)
    {
        var started = Stopwatch.GetTimestamp();
        var all = Rows(block);
        var moving = task.Rules.HasConstant ? slab.Moving(all) : all;
        if (moving.Length == 0)
        {
            return new BlockOutcome { Constant = all.Length, Fit = Stopwatch.GetElapsedTime(started) };
        }

        var states = slab.Gather(moving);
        var noise = task.Noise(states);
        IPrediction fit = states.Rows > states.Columns
            ? SnapshotCombination.Of(states, noise, task, la)
            : new Prediction(ReducedFit.Of(states, task.Floor(noise, states.Rows, states.Columns), task.Rules, la));
        var fitted = Stopwatch.GetTimestamp();
        var (changes, outcome) = Propagate(fit.Fit, task, la);
        if (changes is not null)
        {
            Scatter(fit.Weights(changes, task, la), moving, predicted);
        }

        return outcome with
        {
            Constant = all.Length - moving.Length,
            Fit = Stopwatch.GetElapsedTime(started, fitted),
            Predict = Stopwatch.GetElapsedTime(fitted),
        };
    }

    /// <summary>z_0 + S of each horizon, r × horizons, or null where the block stays as it is.</summary>
    public static (Matrix? Reduced, BlockOutcome Outcome) Propagate(
        ReducedFit fit, ForecastTask task, ILinearAlgebra la)
    {
        var outcome = new BlockOutcome { Rank = fit.Reduced.Rows, Squares = fit.Squares };
        if (outcome.Rank == 0)
        {
            return (null, outcome);
        }

        var found = Propagation.Of(fit.Reduced, fit.Change, task.Counts, task.Rules.Clip, la);
        outcome = outcome with
        {
            LargestModulus = found.LargestModulus,
            Clipped = found.Clipped,
            IsHeld = found.Sums is null,
        };
        for (var h = 0; h < found.Sums?.Columns; h++)
        {
            TensorPrimitives.Add(found.Sums.Column(h), fit.Start, found.Sums.Column(h));
        }

        return (found.Sums, outcome);
    }

    private static void Scatter(Matrix weights, int[] rows, Matrix predicted)
    {
        for (var h = 0; h < weights.Columns; h++)
        {
            var from = weights.Column(h);
            var to = predicted.Column(h);
            for (var i = 0; i < rows.Length; i++)
            {
                to[rows[i]] = from[i];
            }
        }
    }

    private static int[] Rows(ImmutableArray<Segment> block)
    {
        var (rows, next) = (new int[block.Sum(segment => segment.Count)], 0);
        foreach (var segment in block)
        {
            for (var i = 0; i < segment.Count; i++)
            {
                rows[next++] = segment.Start + i;
            }
        }

        return rows;
    }

    /// <summary>A fit of the block's own rows.</summary>
    private sealed class Prediction(ReducedFit fit) : IPrediction
    {
        public ReducedFit Fit => fit;

        public Matrix Weights(Matrix reduced, ForecastTask task, ILinearAlgebra la)
        {
            var weights = la.Multiply(fit.Image, reduced);
            for (var h = 0; h < weights.Columns; h++)
            {
                TensorPrimitives.Add(weights.Column(h), fit.Mean, weights.Column(h));
            }

            return weights;
        }
    }
}
