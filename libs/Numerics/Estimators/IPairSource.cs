using KoopmanMesh.Numerics.Accumulation;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Estimators;

/// <summary>
/// Where an estimator's pairs come from: raw columns in memory, or a summary of what streamed by. Blocks of consecutive
/// pairs are held out, folded and resampled whole: neighbours in time are nearly copies of each other, and a pair held
/// out between two that were fitted would test nothing.
/// </summary>
public interface IPairSource
{
    /// <summary>How many blocks there may be, ≥ 1.</summary>
    int Blocks { get; }

    /// <summary>What the pairs were summed up to; null when they are there themselves.</summary>
    SummaryOptions? Summary => null;

    /// <summary>Pairs in each block, <see cref="Blocks"/> long; blocks not in use hold 0.</summary>
    long[] BlockCounts();

    /// <summary>All pairs.</summary>
    LiftedPairs All(ILinearAlgebra la);

    /// <summary>
    /// The pairs, those of block b counted <paramref name="blockWeights"/>[b] ≥ 0 times (<see cref="Blocks"/> long, at
    /// least one of them positive); a weight of 0 leaves a block out. Thread-safe.
    /// </summary>
    LiftedPairs Weighted(ReadOnlySpan<double> blockWeights, ILinearAlgebra la);

    /// <summary>
    /// The pairs cut in two along whole blocks, about the fraction <paramref name="holdOut"/> of them held out, evenly
    /// spread; null when there are too few blocks to hold any out.
    /// </summary>
    (LiftedPairs Train, LiftedPairs HeldOut)? Split(double holdOut, ILinearAlgebra la)
    {
        var (train, heldOut, held) = (new double[Blocks], new double[Blocks], 0);
        for (var b = 0; b < Blocks; b++)
        {
            var isHeld = Math.Floor((b + 1) * holdOut) > Math.Floor(b * holdOut);
            (train[b], heldOut[b], held) = isHeld ? (0, 1, held + 1) : (1, 0, held);
        }

        return held == 0 || held == Blocks ? null : (Weighted(train, la), Weighted(heldOut, la));
    }
}
