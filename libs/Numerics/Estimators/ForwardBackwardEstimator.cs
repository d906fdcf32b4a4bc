using System.Numerics.Tensors;

using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Spectra;

namespace KoopmanMesh.Numerics.Estimators;

/// <summary>
/// Forward-backward DMD, methods S7 (Dawson, Hemati, Williams and Rowley 2016, Exp. Fluids 57): F and B, the
/// least-squares operators forward and backward in time on the kept directions U of X, F = Yt Xt^+, B = Xt Yt^+, Xt =
/// U'X, Yt = U'Y, are both shrunk by noise, and their mean is not. The paper's (F B^(-1))^(1/2) has 2^r roots and,
/// where F and B do not commute, roots far from F; A = F (B F)^(-1/2), the solution of A B A = F, is the same without
/// noise and has one: the eigenvalues of B F are squared canonical correlations, in [0, 1]. What a step moves out of
/// the span is taken from least squares: image = Y V S^(-1) + U (A - F). O(N m min(N, m) + r^3). The bias cancels on
/// the unit circle only: a decaying mode of signal variance s_x^2 comes out as sqrt((lambda^2 s_x^2 + s_n^2) / (s_x^2
/// + s_n^2)), nearer to the circle than lambda. Where total least squares applies it is the better choice. Where Y
/// has fewer directions than X, or a direction of no correlation, the result is least squares with a warning.
/// </summary>
public sealed record ForwardBackwardEstimator : PairEstimator
{
    /// <inheritdoc/>
    public override string Name => "forward-backward-dmd";

    /// <inheritdoc/>
    protected internal override Regression Regress(LiftedPairs pairs, ILinearAlgebra la)
    {
        var basis = SnapshotBasis.Of(pairs, RankRule, la);
        var warnings = new List<string>(basis.Warnings);
        if (basis.Rank.Rank > 0)
        {
            var forward = la.Multiply(basis.U, basis.B, transposeA: true);
            var mean = OperatorMean.Of(forward, Backward(basis, pairs, la), warnings, la);
            basis = basis with { B = Shifted(basis, forward, mean, la) };
        }

        return Regression.Of(basis, refine: 0, la) with
        {
            ExactModes = true,
            Squared = pairs.Squared,
            Warnings = warnings,
        };
    }

    /// <summary>Xt Yt^+, r × r, or null when Yt has not rank r.</summary>
    private static Matrix? Backward(SnapshotBasis basis, LiftedPairs pairs, ILinearAlgebra la)
    {
        var roots = pairs.Pairs.WeightRoots();
        var x = la.Times(basis.U, pairs.Pairs.X, transposeA: true).ScaleColumns(roots);
        var y = la.Times(basis.U, pairs.Pairs.Y, transposeA: true).ScaleColumns(roots);
        var (p, s, qt) = RegressionParts.Svd(y, la);
        if (s.Length < basis.Rank.Rank || s[^1] <= RegressionParts.Shape(pairs, y.Rows).RelativeFloor * s[0])
        {
            return null;
        }

        var inverse = Array.ConvertAll(s, value => 1 / value);
        return la.Multiply(la.Multiply(x, qt, transposeB: true).ScaleColumns(inverse), p, transposeB: true);
    }

    private static Matrix Shifted(SnapshotBasis basis, Matrix forward, Matrix mean, ILinearAlgebra la)
    {
        var shift = new Matrix(mean.Rows, mean.Columns);
        TensorPrimitives.Subtract<double>(mean.AsSpan(), forward.AsSpan(), shift.AsSpan());
        var image = la.Multiply(basis.U, shift);
        TensorPrimitives.Add<double>(image.AsSpan(), basis.B.AsSpan(), image.AsSpan());
        return image;
    }
}
