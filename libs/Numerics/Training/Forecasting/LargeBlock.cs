using System.Collections.Immutable;
using System.Diagnostics;
using System.Numerics.Tensors;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Training.Snapshots;

namespace KoopmanMesh.Numerics.Training.Forecasting;

/// <summary>
/// A block too large for memory: <see cref="SnapshotCombination"/> over pieces of its rows, read once for the factor
/// and once for the combination. O(rows · snapshots^2) and O(rows · snapshots · horizons).
/// </summary>
/// <param name="trajectory">The snapshots.</param>
/// <param name="block">Its values, more than there are snapshots.</param>
/// <param name="task">What is asked for.</param>
/// <param name="la">The linear algebra to run on.</param>
internal sealed class LargeBlock(
    ITrajectory trajectory, ImmutableArray<ValueRange> block, ForecastTask task, ILinearAlgebra la)
{
    // Partial results are added in the order of lanes, so that the bits don't depend on the number of cores.
    private const int Lanes = 8;
    private const int PieceRows = 4096;

    private readonly int _snapshots = trajectory.Snapshots.Count;

    /// <summary>Writes the predicted values into each horizon's weights.</summary>
    /// <param name="weights">p values a horizon.</param>
    /// <param name="done">Told the numbers that were read.</param>
    /// <param name="cancellationToken">Looked at between pieces.</param>
    public BlockOutcome Run(IReadOnlyList<double[]> weights, Action<long> done, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var (factor, floor, constant) = Compress(done, cancellationToken);
        var fit = ReducedFit.Of(factor, floor, task.Rules, la);
        var fitted = Stopwatch.GetTimestamp();
        var (reduced, outcome) = BlockForecaster.Propagate(fit, task, la);
        Combine(
            reduced is null ? null : SnapshotCombination.Coefficients(fit, reduced, _snapshots, task.Rules, la),
            weights, done, cancellationToken);
        return outcome with
        {
            Constant = constant,
            Fit = Stopwatch.GetElapsedTime(started, fitted),
            Predict = Stopwatch.GetElapsedTime(fitted),
        };
    }

    private (Matrix Factor, double Floor, long Constant) Compress(
        Action<long> done, CancellationToken cancellationToken)
    {
        var lanes = new Lane[Lanes];
        EachLane((index, pieces) =>
        {
            var lane = lanes[index] = new Lane(_snapshots, SnapshotCombination.UsesProducts(task.Rules));
            foreach (var piece in pieces)
            {
                cancellationToken.ThrowIfCancellationRequested();
                using var slab = SlabValues.Read(trajectory, [piece]);
                lane.Add(slab, task.Rules.HasConstant, la);
                done((long)slab.Rows * _snapshots);
            }
        }, cancellationToken);
        var total = lanes.Aggregate((sum, lane) => sum.Join(lane, la));
        var rows = block.Sum(range => range.Count);
        var noise = task.Rounding * Math.Sqrt(total.Size / rows / _snapshots);
        return (total.Factor(la), task.Floor(noise, rows, _snapshots), total.Constant);
    }

    private void Combine(
        Matrix? coefficients, IReadOnlyList<double[]> weights, Action<long> done,
        CancellationToken cancellationToken) =>
        EachLane((_, pieces) =>
        {
            foreach (var piece in pieces)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (coefficients is not null)
                {
                    using var slab = SlabValues.Read(trajectory, [piece]);
                    Combine(slab, coefficients, piece, weights);
                }

                done(piece.Count * _snapshots);
            }
        }, cancellationToken);

    private void Combine(SlabValues slab, Matrix coefficients, ValueRange piece, IReadOnlyList<double[]> weights)
    {
        var last = slab.Column(_snapshots - 1).ToArray();
        if (task.Rules.HasConstant)
        {
            slab.Subtract(last);
        }

        var combined = new Matrix(slab.Rows, coefficients.Columns);
        la.Gemm(
            false, false, slab.Rows, coefficients.Columns, _snapshots, 1, slab.Values, slab.Rows,
            coefficients.AsSpan(), _snapshots, 0, combined.AsSpan(), slab.Rows);
        for (var h = 0; h < weights.Count; h++)
        {
            var target = weights[h].AsSpan((int)piece.First, slab.Rows);
            if (task.Rules.HasConstant)
            {
                TensorPrimitives.Add(combined.Column(h), last, target);
            }
            else
            {
                combined.Column(h).CopyTo(target);
            }
        }
    }

    /// <summary>Runs the body for every lane with its pieces: each eighth of them, in order.</summary>
    private void EachLane(Action<int, IEnumerable<ValueRange>> body, CancellationToken cancellationToken) =>
        Parallel.For(0, Lanes, new ParallelOptions { CancellationToken = cancellationToken }, lane =>
            body(lane, Pieces().Where((_, i) => i % Lanes == lane)));

    private IEnumerable<ValueRange> Pieces()
    {
        foreach (var range in block)
        {
            for (var at = 0L; at < range.Count; at += PieceRows)
            {
                yield return new ValueRange(range.First + at, Math.Min(PieceRows, range.Count - at));
            }
        }
    }

    /// <summary>What the pieces of a lane come to: Z'Z, or R of Z = Q R.</summary>
    private sealed class Lane(int snapshots, bool usesProducts)
    {
        private readonly Matrix _gram = new(usesProducts ? snapshots : 0, usesProducts ? snapshots : 0);
        private Matrix? _factor;

        /// <summary>Sum of squares of the values as they came.</summary>
        public double Size { get; private set; }

        /// <summary>Values that never changed.</summary>
        public long Constant { get; private set; }

        public void Add(SlabValues slab, bool hasConstant, ILinearAlgebra la)
        {
            Size += TensorPrimitives.SumOfSquares<double>(slab.Values);
            if (hasConstant)
            {
                Constant += slab.Rows - slab.Moving([.. Enumerable.Range(0, slab.Rows)]).Length;
                slab.Subtract(slab.Column(snapshots - 1).ToArray());
            }

            var rows = slab.Rows;
            if (usesProducts)
            {
                SnapshotCombination.AddProducts(slab.Values, rows, _gram, la);
                return;
            }

            var factor = la.TriangularFactor(new Matrix(rows, snapshots, slab.Values.ToArray()));
            _factor = _factor is null ? factor : la.TriangularFactor(Fitting.MatrixParts.Above(_factor, factor));
        }

        public Lane Join(Lane other, ILinearAlgebra la)
        {
            (Size, Constant) = (Size + other.Size, Constant + other.Constant);
            TensorPrimitives.Add(_gram.AsSpan(), other._gram.AsSpan(), _gram.AsSpan());
            _factor = (_factor, other._factor) switch
            {
                ({ } mine, { } its) => la.TriangularFactor(Fitting.MatrixParts.Above(mine, its)),
                var (mine, its) => mine ?? its,
            };
            return this;
        }

        public Matrix Factor(ILinearAlgebra la) => usesProducts ? SnapshotCombination.FactorOf(_gram, la) : _factor!;
    }
}
