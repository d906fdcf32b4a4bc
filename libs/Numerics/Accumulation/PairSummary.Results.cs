using System.Numerics.Tensors;

using KoopmanMesh.Numerics.Estimators;
using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Spectra;

namespace KoopmanMesh.Numerics.Accumulation;

public sealed partial class PairSummary
{
    SummaryOptions? IPairSource.Summary => Options;

    /// <inheritdoc/>
    /// <remarks>
    /// At most 2N + c columns (a sketch: k) with the same second moments; they weigh 1. O(w³), from a sketch O(w k²).
    /// Asking changes nothing: pairs may be added afterwards as if nobody had asked.
    /// </remarks>
    /// <exception cref="ShapeMismatchException">There are no pairs.</exception>
    public LiftedPairs All(ILinearAlgebra la) => Weighted(AllOnes(), la);

    /// <inheritdoc/>
    /// <remarks>
    /// Of B blocks in use, round(holdOut B) but at least 1 and at most B - 1 are held out, evenly spread. Null when
    /// there are fewer than 2.
    /// </remarks>
    public (LiftedPairs Train, LiftedPairs HeldOut)? Split(double holdOut, ILinearAlgebra la)
    {
        var blocks = Blocks;
        if (blocks < 2)
        {
            return null;
        }

        var held = Math.Clamp((int)Math.Round(holdOut * blocks), 1, blocks - 1);
        var (train, heldOut) = (new double[blocks], new double[blocks]);
        for (var b = 0; b < blocks; b++)
        {
            var target = (b + 1) * held / blocks > b * held / blocks ? heldOut : train;
            target[b] = 1;
        }

        return (Weighted(train, la), Weighted(heldOut, la));
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">Not <see cref="Blocks"/> finite weights of at least 0.</exception>
    /// <exception cref="ShapeMismatchException">No pair is counted.</exception>
    public LiftedPairs Weighted(ReadOnlySpan<double> blockWeights, ILinearAlgebra la)
    {
        var (block, count) = Combine(blockWeights, la);
        return block switch
        {
            IProductBlock gram when Inputs == 0 => new LiftedPairs(
                gram.Moments(count, la), () => JointFactor.Of(gram.Products(la), Observables, 0, la)),
            IProductBlock gram => JointFactor.Of(gram.Products(la), Observables, Inputs, la) with
            {
                Count = count,
                Squared = true,
            },
            QrBlock qr => Unstack(qr.Rows.Transpose()) with { Count = count },
            _ => Unstack(((SketchBlock)block).Columns) with { Count = count },
        };
    }

    /// <summary>X W X', Y W X' and Y W Y' of all pairs. O(w²) from Gram blocks, O(w³) from factors.</summary>
    /// <exception cref="ShapeMismatchException">There are no pairs.</exception>
    public PairProducts Products(ILinearAlgebra la) => Products(AllOnes(), la);

    /// <summary>The same with block b counted <paramref name="blockWeights"/>[b] ≥ 0 times.</summary>
    public PairProducts Products(ReadOnlySpan<double> blockWeights, ILinearAlgebra la)
    {
        var (block, count) = Combine(blockWeights, la);
        if (block is IProductBlock gram)
        {
            return JointFactor.Moments(gram.Products(la), Observables, Observables + Inputs, count);
        }

        var pairs = Unstack(block is QrBlock qr ? qr.Rows.Transpose() : ((SketchBlock)block).Columns).Pairs;
        return new PairProducts(
            la.SymmetricProduct(pairs.X), la.Multiply(pairs.Y, pairs.X, transposeB: true),
            la.SymmetricProduct(pairs.Y), count);
    }

    /// <summary>What <see cref="All"/> leaves out: nothing but round-off unless this is a sketch.</summary>
    public SketchLoss Loss(ILinearAlgebra la) =>
        Options.Kind == SummaryKind.Sketch && Count > 0 ? ((SketchBlock)Combine(AllOnes(), la).Block).Loss : default;

    private (ISummaryBlock Block, long Count) Combine(ReadOnlySpan<double> weights, ILinearAlgebra la)
    {
        ArgumentNullException.ThrowIfNull(la);
        BlockWeights.Check(weights, Blocks);
        var (total, count) = (NewBlock(), 0.0);
        for (var b = 0; b < Blocks; b++)
        {
            if (weights[b] > 0 && _blocks[b] is { } block)
            {
                total.Merge(block, weights[b], la);
                count += weights[b] * _counts[b];
            }
        }

        if (_pendingCount > 0 && weights[Current] is > 0 and var weight)
        {
            total.Fold(Waiting(), weight, la);
            count += weight * _pendingCount;
        }

        return count > 0
            ? (total, (long)Math.Round(count))
            : throw new ShapeMismatchException("the summary", "at least 1 pair that counts", "none");
    }

    // Joint columns [x; u; y].
    private LiftedPairs Unstack(Matrix joint) => new(
        new SnapshotPairs(joint.SelectRows(0, Observables), joint.SelectRows(Observables + Inputs, Observables)),
        Inputs > 0 ? joint.SelectRows(Observables, Inputs) : null);

    private double[] AllOnes()
    {
        var ones = new double[Blocks];
        Array.Fill(ones, 1);
        return ones;
    }
}
