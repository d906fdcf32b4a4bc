using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Credit.Scoring;

/// <summary>
/// The backward product in the data's own coordinates (methods P0.11): B~_{i-1} = S_L^{-1/2} B_{i-1} S_{i-1}^{1/2}.
/// </summary>
/// <remarks>
/// Only singular values are wanted, and those are the same for every square root F with F F' = S. So Cholesky factors
/// stand where the formula has symmetric roots: with B_{i-1} = W U' and F F' = U' S_{i-1} U, the product is Z W F for Z
/// = R^{-1} E_L', R R' = E_L' S_L E_L. Directions outside a cut's frame are left out on both sides; a rank-deficient
/// output (a softmax) is measured in the directions it has.
/// </remarks>
internal sealed class CanonicalMetric
{
    private readonly CutFrame[] _frames;
    private readonly Matrix _outputAxes;

    private CanonicalMetric(CutFrame[] frames, Matrix outputAxes) => (_frames, _outputAxes) = (frames, outputAxes);

    /// <summary>r_L, the number of output directions measured: the rank of B~_L.</summary>
    public int OutputRank => _outputAxes.Columns;

    /// <summary>The directions of every cut, fixed by the chain's own covariances.</summary>
    public static CanonicalMetric Of(IReadOnlyList<ChainLink> chain, double tolerance, ILinearAlgebra la)
    {
        var frames = new CutFrame[chain.Count];
        for (var i = 0; i < frames.Length; i++)
        {
            frames[i] = CutFrame.Of(chain[i].Moments.BeforeScatter(), tolerance, la);
        }

        var output = CutFrame.Of(chain[^1].Moments.AfterScatter(), tolerance, la);
        var axes = output.Axes ?? Matrix.Identity(chain[^1].AfterWidth);
        return new CanonicalMetric(frames, axes.SelectColumns(0, output.Kept));
    }

    /// <summary>The directions measured before component <paramref name="i"/>.</summary>
    public CutFrame Before(int i) => _frames[i];

    /// <summary>
    /// Z' = E_L R'^{-1} (n_L × r_L) for a covariance of the output; null when it has lost one of the fixed directions.
    /// </summary>
    public Matrix? OutputWhitener(Matrix covariance, ILinearAlgebra la)
    {
        if (OutputRank == 0)
        {
            return null;
        }

        var kept = la.Multiply(_outputAxes, la.Multiply(covariance, _outputAxes), transposeA: true);
        var root = la.Cholesky(kept);
        return root is null || HasThinPivot(root)
            ? null
            : la.SolveLower(root, _outputAxes.Transpose(), transpose: false).Transpose();
    }

    /// <summary>
    /// The root of the covariance before component <paramref name="i"/> in its measured directions, kept × kept.
    /// </summary>
    public Matrix? InputRoot(int i, Matrix covariance, ILinearAlgebra la)
    {
        var frame = _frames[i];
        var rotated = frame.Rotate(covariance, la);
        return la.Cholesky(CutFrame.Leading(rotated, frame.Kept));
    }

    /// <summary>B~' (kept × r_L) from the root of a cut's measured directions and W' in the cut's axes.</summary>
    public static Matrix Whiten(Matrix root, Matrix factor, Matrix whitener, ILinearAlgebra la)
    {
        var measured = CutFrame.LeadingRows(factor, root.Rows);
        return la.Multiply(la.Multiply(root, measured, transposeA: true), whitener);
    }

    // A covariance of lost rank may pass the factorisation by rounding; dividing by such a pivot would make noise a
    // direction.
    private static bool HasThinPivot(Matrix root)
    {
        var (smallest, largest) = (double.PositiveInfinity, 0.0);
        for (var i = 0; i < root.Rows; i++)
        {
            smallest = Math.Min(smallest, root[i, i]);
            largest = Math.Max(largest, root[i, i]);
        }

        return !(smallest * smallest > CutFrame.SmallestFraction * largest * largest);
    }
}
