using System.Numerics.Tensors;

using KoopmanMesh.Numerics.Accumulation;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Fitting;

/// <summary>
/// Least squares y ≈ slope · x + offset, from moments or from a triangular factor of the data, with the small
/// directions of x truncated (the minimum-norm solution on what is kept). The affine lift {1, x} of EDMD with the
/// constant first is the same regression; centring replaces the constant.
/// </summary>
public static class AffineFitter
{
    private const double OrthonormalTolerance = 1e-8;

    /// <summary>
    /// From moments: V' Sxx V = Q diag(s^2) Q', U = V Q_r, G = Syx U diag(1/s^2). O(n^2 r + r^3) with r columns in V.
    /// Squaring costs half the digits: singular values below sqrt(r eps) s_1 are round-off and never kept.
    /// </summary>
    /// <exception cref="NonFiniteDataException">The moments, or what follows from them, are not finite.</exception>
    public static AffineFit Fit(PairMoments train, AffineFitOptions options, ILinearAlgebra la)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(la);
        MomentBlocks.Check(train, "the moments to fit");
        CheckAlignment(options.Alignment, train.BeforeWidth, la);
        var form = options.Alignment is { } v ? MomentBlocks.BeforeForm(train, v, la) : train.BeforeScatter();
        var (values, vectors) = la.SymmetricEigen(form);
        var s = Array.ConvertAll(values, value => Math.Sqrt(Math.Max(0, value)));
        var decision = options.RankRule.Decide(
            Observable(s, train.Count),
            Shape(form.Rows, train.Count) with { RelativeFloor = SpectrumShape.SquaredFloor(form.Rows) });

        var basis = Compose(options.Alignment, vectors.SelectColumns(0, decision.Rank), la);
        var slope = MomentBlocks.CrossTimes(train, basis, la)
            .ScaleColumns(Array.ConvertAll(values[..decision.Rank], value => 1 / value));
        return Result(basis, slope, train.Mean, s, decision, digitsPerDecade: 2, la);
    }

    /// <summary>
    /// From the factor R = [Rx Ry]: Rx V = P diag(s) Q', U = V Q_r, G = Ry' P_r diag(1/s). Nothing is squared.
    /// O(k n r + k r^2).
    /// </summary>
    /// <exception cref="NonFiniteDataException">The factor, or what follows from it, is not finite.</exception>
    public static AffineFit Fit(PairFactor train, AffineFitOptions options, ILinearAlgebra la)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(la);
        CheckFactor(train);
        CheckAlignment(options.Alignment, train.BeforeWidth, la);

        // Below row n the factor of x is zero.
        var rows = Math.Min(train.Factor.Rows, train.BeforeWidth);
        var top = train.Factor.SelectRows(0, rows);
        var x = top.SelectColumns(0, train.BeforeWidth);
        var y = top.SelectColumns(train.BeforeWidth, train.AfterWidth);
        var (p, s, qt) = la.ThinSvd(options.Alignment is { } v ? la.Multiply(x, v) : x);
        var decision = options.RankRule.Decide(s, Shape(qt.Columns, train.Count));

        var basis = Compose(options.Alignment, qt.SelectRows(0, decision.Rank).Transpose(), la);
        var slope = la.Multiply(y, p.SelectColumns(0, decision.Rank), transposeA: true)
            .ScaleColumns(Array.ConvertAll(s[..decision.Rank], value => 1 / value));
        return Result(basis, slope, train.Mean, s, decision, digitsPerDecade: 1, la);
    }

    /// <summary>
    /// The error of <paramref name="fit"/> on the snapshots behind <paramref name="holdOut"/>, from their moments: tr
    /// Syy - 2 tr(Syx W') + tr(W Sxx W') + N ||mean(y) - W mean(x) - c||^2, clamped at 0. O(n^2 r). The terms cancel,
    /// so a relative error below about 1e-8 reads as anything from 0 to 1e-8; a factor does not have this limit.
    /// </summary>
    public static FitEvaluation Evaluate(AffineFit fit, PairMoments holdOut, ILinearAlgebra la)
    {
        ArgumentNullException.ThrowIfNull(fit);
        ArgumentNullException.ThrowIfNull(la);
        MomentBlocks.Check(holdOut, "the moments to evaluate on");
        CheckWidths(fit, holdOut.BeforeWidth, holdOut.AfterWidth);
        var form = MomentBlocks.BeforeForm(holdOut, fit.Basis, la);
        var cross = MomentBlocks.CrossTimes(holdOut, fit.Basis, la);
        var energy = MomentBlocks.AfterEnergy(holdOut);
        var residual = energy - (2 * MatrixParts.Inner(cross, fit.ReducedSlope))
            + MatrixParts.Inner(la.Multiply(fit.ReducedSlope, form), fit.ReducedSlope);
        return Evaluation(fit, Math.Max(0, residual), energy, holdOut.Count, holdOut.Mean, la);
    }

    /// <summary>
    /// The same from a factor: ||Ry - Rx W'||_F^2 + N ||mean(y) - W mean(x) - c||^2; no cancellation, all digits. O(k n
    /// r).
    /// </summary>
    public static FitEvaluation Evaluate(AffineFit fit, PairFactor holdOut, ILinearAlgebra la)
    {
        ArgumentNullException.ThrowIfNull(fit);
        ArgumentNullException.ThrowIfNull(la);
        CheckFactor(holdOut);
        CheckWidths(fit, holdOut.BeforeWidth, holdOut.AfterWidth);
        var y = holdOut.Factor.SelectColumns(holdOut.BeforeWidth, holdOut.AfterWidth);
        var energy = y.Energy();
        var x = la.Multiply(holdOut.Factor.SelectColumns(0, holdOut.BeforeWidth), fit.Basis);
        var mapped = la.Multiply(x, fit.ReducedSlope, transposeB: true);
        TensorPrimitives.Subtract<double>(y.AsSpan(), mapped.AsSpan(), mapped.AsSpan());
        return Evaluation(fit, mapped.Energy(), energy, holdOut.Count, holdOut.Mean, la);
    }

    private static FitEvaluation Evaluation(
        AffineFit fit, double centred, double energy, double count, double[] mean, ILinearAlgebra la)
    {
        var drift = MomentBlocks.Offset(mean, fit.Basis, fit.ReducedSlope, la);
        TensorPrimitives.Subtract(drift, fit.Offset.Span, drift);
        var residual = centred + (count * SumOfSquares(drift));
        var raw = energy + (count * SumOfSquares(mean.AsSpan(fit.BeforeWidth)));
        double? rSquared = energy > 0 ? 1 - (residual / energy) : null;
        var relative = raw > 0 ? Math.Sqrt(residual / raw) : residual > 0 ? double.PositiveInfinity : 0;
        return new FitEvaluation(relative, rSquared, count);
    }

    private static AffineFit Result(
        Matrix basis,
        Matrix slope,
        double[] mean,
        double[] s,
        RankDecision rank,
        int digitsPerDecade,
        ILinearAlgebra la)
    {
        Guard.Finite(slope, "the fitted slope");
        var condition = rank.Rank == 0 ? 1 : s[0] / s[rank.Rank - 1];
        return new AffineFit(basis, slope, MomentBlocks.Offset(mean, basis, slope, la), la)
        {
            SingularValues = s,
            Rank = rank,
            ConditionNumber = condition,
            DigitsLost = digitsPerDecade * Math.Log10(condition),
        };
    }

    private static Matrix Compose(Matrix? alignment, Matrix directions, ILinearAlgebra la) =>
        alignment is null ? directions : la.Multiply(alignment, directions);

    private static SpectrumShape Shape(int rows, double count) =>
        new(rows, (int)Math.Clamp(Math.Round(count), 1, int.MaxValue));

    /// <summary>
    /// m snapshots have at most m singular values; the eigenvalues beyond are zeros that are not theirs.
    /// </summary>
    private static ReadOnlySpan<double> Observable(double[] s, double count) =>
        s.AsSpan(0, (int)Math.Min(s.Length, Math.Ceiling(count)));

    private static double SumOfSquares(ReadOnlySpan<double> values) =>
        TensorPrimitives.SumOfSquares(values);

    private static void CheckWidths(AffineFit fit, int before, int after)
    {
        if (fit.BeforeWidth != before || fit.AfterWidth != after)
        {
            throw new ShapeMismatchException(
                "the hold-out pairs", $"{fit.BeforeWidth} -> {fit.AfterWidth} wide", $"{before} -> {after} wide");
        }
    }

    private static void CheckFactor(PairFactor factor)
    {
        ArgumentNullException.ThrowIfNull(factor);
        var joint = factor.BeforeWidth + factor.AfterWidth;
        Guard.Length(factor.Mean.Length, joint, "the mean of the factor");
        Guard.Shape(factor.Factor, factor.Factor.Rows, joint, "the triangular factor");
        Guard.Finite(factor.Mean, "the mean of the factor");
        Guard.Finite(factor.Factor, "the triangular factor");
        if (!(factor.Count > 0))
        {
            throw new ArgumentException(
                $"the factor holds {factor.Count} snapshots, at least one was expected", nameof(factor));
        }
    }

    private static void CheckAlignment(Matrix? v, int width, ILinearAlgebra la)
    {
        if (v is null)
        {
            return;
        }

        Guard.Shape(v, width, v.Columns, "the alignment");
        var product = la.SymmetricProduct(v, transpose: true);
        for (var i = 0; i < product.Rows; i++)
        {
            product[i, i] -= 1;
        }

        var distance = Guard.LargestMagnitude(product.AsSpan());
        if (!(distance <= OrthonormalTolerance))
        {
            throw new ArgumentException(
                $"the alignment was expected to have orthonormal columns, V'V differs from I by {distance:G3}",
                nameof(v));
        }
    }
}
