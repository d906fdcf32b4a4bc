using System.Numerics;

using KoopmanMesh.Numerics.Accumulation;
using KoopmanMesh.Numerics.Estimators;
using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Operators;
using KoopmanMesh.Numerics.Spectra;

namespace KoopmanMesh.Numerics.Residuals;

/// <summary>
/// How well functions of a dictionary are eigenfunctions, methods S6 (ResDMD: Colbrook and Townsend 2024, Comm. Pure
/// Appl. Math. 77): for phi = g' psi
/// <para>res(lambda, g)^2 = sum of w_j |phi(y_j) - lambda phi(x_j)|^2 / sum of w_j |phi(x_j)|^2.</para>
/// The pairs are compressed once, [X' Y'] = Q [R11 R12; 0 R22], and everything is the norm of R12 g - lambda R11 g and
/// R22 g: never the expanded form, which loses half the digits. On m pairs with N ≥ m functions some phi meets any
/// lambda exactly, so residuals mean something on many more pairs than functions, best on pairs that were not fitted.
/// </summary>
public sealed class ResidualDmd
{
    private readonly Matrix _x;
    private readonly Matrix _y;
    private readonly ILinearAlgebra _la;
    private readonly Lazy<Matrix> _stack;
    private readonly RankRule _rankRule;

    /// <summary>
    /// Over all functions of the dictionary that the pairs were lifted with. O(m N^2), memory 2 m N; afterwards N^2.
    /// </summary>
    /// <param name="pairs">psi of both sides, N × m each, or a triangular factor of them.</param>
    /// <param name="la">The linear algebra to run on.</param>
    /// <param name="rankRule">
    /// Directions kept where all functions compete (<see cref="Smallest"/>): a function that vanishes on the data has
    /// no residual. Default s > 1e-10 s_1 of X.
    /// </param>
    /// <exception cref="NonFiniteDataException">The pairs are not finite.</exception>
    public ResidualDmd(LiftedPairs pairs, ILinearAlgebra la, RankRule? rankRule = null)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        ArgumentNullException.ThrowIfNull(la);
        Guard.Finite(pairs.Pairs.X, "the observables of the snapshots");
        Guard.Finite(pairs.Pairs.Y, "the observables of the successors");
        var (n, joint) = (pairs.Pairs.X.Rows, Joint(pairs.Pairs));
        var r = joint.Rows == 0 ? new Matrix(0, 2 * n) : la.TriangularFactor(joint);
        (_x, _y) = (r.SelectColumns(0, n), r.SelectColumns(n, n));
        (_la, _rankRule) = (la, rankRule ?? new RankRule.RelTol(1e-10));
        _stack = new Lazy<Matrix>(Reduce);
    }

    /// <summary>
    /// Over the functions that an operator uses, z = E' psi(h), on data of any origin. O(m N r + m r^2).
    /// </summary>
    /// <exception cref="ShapeMismatchException">
    /// The data is not like the operator's, or the operator has inputs, and so no eigenfunctions of the state alone.
    /// </exception>
    public static ResidualDmd Of(KoopmanOperator fit, SnapshotData data, ILinearAlgebra la)
    {
        ArgumentNullException.ThrowIfNull(fit);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(la);
        var pairs = data.Pairs(fit.Delays);
        var (x, y) = (fit.Observables.Lift(pairs.X, la), fit.Observables.Lift(pairs.Y, la));
        return Of(fit, new LiftedPairs(new SnapshotPairs(x, y, pairs.Weights), null), la);
    }

    /// <summary>The same for pairs that are lifted already, or a triangular factor of them.</summary>
    /// <exception cref="ShapeMismatchException">
    /// The pairs have not N rows, or the operator has inputs, and so no eigenfunctions of the state alone.
    /// </exception>
    public static ResidualDmd Of(KoopmanOperator fit, LiftedPairs pairs, ILinearAlgebra la)
    {
        ArgumentNullException.ThrowIfNull(fit);
        ArgumentNullException.ThrowIfNull(pairs);
        ArgumentNullException.ThrowIfNull(la);
        var x = pairs.Products?.Xx ?? pairs.Pairs.X;
        Guard.Shape(x, fit.Encoder.Rows, x.Columns, "the matrix of lifted pairs");
        if (fit.Input is not null)
        {
            throw new ShapeMismatchException("the operator", "without inputs", $"one with {fit.InputWidth} inputs");
        }

        if (pairs.Products is { } products)
        {
            return new ResidualDmd(JointFactor.Of(Joint(products, fit.Encoder, la), fit.Rank, 0, la), la);
        }

        x = la.Multiply(fit.Encoder, x, transposeA: true);
        var y = la.Multiply(fit.Encoder, pairs.Pairs.Y, transposeA: true);
        return new ResidualDmd(pairs with { Pairs = new SnapshotPairs(x, y, pairs.Pairs.Weights), Inputs = null }, la);
    }

    /// <summary>Functions that g mixes: N, or r of an operator.</summary>
    public int Functions => _x.Columns;

    /// <summary>
    /// Residuals of an operator's eigenpairs (lambda_j, phi_j), in the order of its spectrum, for an instance made for
    /// it by <c>Of</c>. Infinite for a phi_j that vanishes on the pairs. O(r^3).
    /// </summary>
    public double[] Residuals(KoopmanOperator fit)
    {
        ArgumentNullException.ThrowIfNull(fit);
        Guard.Length(fit.Rank, Functions, "the operator's list of coordinates");
        var (eigenvalues, coordinates) = (fit.Spectrum.Eigenvalues, EigenCoordinates.Of(fit.Spectrum.Vectors, _la));
        var residuals = new double[eigenvalues.Length];
        for (var j = 0; j < residuals.Length; j++)
        {
            residuals[j] = Residual(eigenvalues.Span[j], coordinates.Row(j));
        }

        return residuals;
    }

    /// <summary>res(lambda, g); infinite when g' psi vanishes on the pairs. O(N^2).</summary>
    /// <exception cref="ShapeMismatchException">g is not one number a function.</exception>
    public double Residual(Complex lambda, ReadOnlySpan<Complex> g)
    {
        Guard.Length(g.Length, Functions, "the list of coefficients");
        var coefficients = new ComplexMatrix(g.Length, 1);
        g.CopyTo(coefficients.AsSpan());
        var (x, y) = (ComplexParts.Times(_la, _x, coefficients), ComplexParts.Times(_la, _y, coefficients));
        var largest = 0.0;
        foreach (var value in x.AsSpan())
        {
            largest = Math.Max(largest, Math.Max(Math.Abs(value.Real), Math.Abs(value.Imaginary)));
        }

        if (largest == 0)
        {
            return double.PositiveInfinity;
        }

        // At unit scale, by a power of two: what decays far enough has no squares.
        var factor = Math.ScaleB(1, -Math.Clamp(Math.ILogB(largest), -1000, 1000));
        for (var i = 0; i < x.Rows; i++)
        {
            x[i, 0] = new Complex(factor * x[i, 0].Real, factor * x[i, 0].Imaginary);
            y[i, 0] = new Complex(factor * y[i, 0].Real, factor * y[i, 0].Imaginary) - (lambda * x[i, 0]);
        }

        return Math.Sqrt(ComplexParts.SumOfSquares(y.AsSpan()) / ComplexParts.SumOfSquares(x.AsSpan()));
    }

    /// <summary>
    /// tau(z) = min over g of res(z, g): the smallest singular value of [A - z I; R] in the basis in which X'X = I. For
    /// a normal operator the distance to its spectrum. Accurate to round-off times ||[A; R]||; O(r^3) a point.
    /// </summary>
    /// <returns>Infinity when no function is left.</returns>
    public double Smallest(Complex z)
    {
        if (!Complex.IsFinite(z))
        {
            throw new NonFiniteDataException("the point of the complex plane", double.NaN);
        }

        var stack = _stack.Value;
        if (stack.Columns == 0)
        {
            return double.PositiveInfinity;
        }

        var shifted = new ComplexMatrix(stack.Rows, stack.Columns);
        var target = shifted.AsSpan();
        var source = stack.AsSpan();
        for (var i = 0; i < source.Length; i++)
        {
            target[i] = source[i];
        }

        for (var j = 0; j < stack.Columns; j++)
        {
            shifted[j, j] -= z;
        }

        return _la.SmallestSingularPair(shifted).Sigma;
    }

    /// <summary>
    /// tau on a grid, half of it by conjugation where the grid is symmetric about the real axis. O(r^3) a point.
    /// </summary>
    public Pseudospectrum OnGrid(ComplexGrid grid, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(grid);
        grid.Check();
        var (tau, mirrored) = (new Matrix(grid.Rows, grid.Columns), grid.Lower.Imaginary == -grid.Upper.Imaginary);
        for (var j = 0; j < grid.Columns; j++)
        {
            for (var i = 0; i < grid.Rows; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var twin = grid.Rows - 1 - i;
                tau[i, j] = mirrored && twin < i ? tau[twin, j] : Smallest(grid[j, i]);
            }
        }

        return new Pseudospectrum(grid, tau);
    }

    /// <summary>
    /// [A; R]: with R11 = U S V' cut to rank r and T = V S^(-1), functions g = T u have ||X g|| = ||u||, and Y g is A u
    /// = U' R12 T u in the same coordinates and a rest R u, whose triangular factor is at most r × r.
    /// </summary>
    private Matrix Reduce()
    {
        if (Guard.LargestMagnitude(_x.AsSpan()) == 0)
        {
            return new Matrix(0, 0);
        }

        var (u, s, vt) = _la.ThinSvd(_x);
        var r = _rankRule.Decide(s, _x.Rows, _x.Columns).Rank;
        var t = vt.SelectRows(0, r).ScaleRows(Array.ConvertAll(s[..r], value => 1 / value));
        var y = _la.Multiply(_y, t, transposeB: true);
        u = u.SelectColumns(0, r);
        var a = _la.Multiply(u, y, transposeA: true);
        var rest = y.Copy();
        _la.Gemm(
            false, false, y.Rows, r, r, -1, u.AsSpan(), Math.Max(1, u.Rows), a.AsSpan(), Math.Max(1, r), 1,
            rest.AsSpan(), Math.Max(1, y.Rows));
        Guard.Finite(rest, "the image of the functions");
        return a.Above(_la.TriangularFactor(rest));
    }

    /// <summary>W^(1/2) [X' Y'], m × 2 N.</summary>
    /// <summary>The products of [E'X; E'Y], 2r × 2r. O(N^2 r).</summary>
    private static Matrix Joint(ISecondMoments products, Matrix encoder, ILinearAlgebra la)
    {
        var r = encoder.Columns;
        var xx = la.Times(encoder, la.Times(products.Xx, encoder), transposeA: true);
        var yx = la.Times(encoder, products.YxTimes(encoder, la), transposeA: true);
        var yy = la.Times(encoder, products.YyTimes(encoder, la), transposeA: true);
        var joint = new Matrix(2 * r, 2 * r);
        for (var j = 0; j < r; j++)
        {
            for (var i = 0; i < r; i++)
            {
                joint[i, j] = xx[i, j];
                joint[r + i, j] = joint[j, r + i] = yx[i, j];
                joint[r + i, r + j] = yy[i, j];
            }
        }

        return joint;
    }

    private static Matrix Joint(SnapshotPairs pairs)
    {
        var (n, m) = (pairs.X.Rows, pairs.X.Columns);
        var joint = new Matrix(m, 2 * n);
        for (var j = 0; j < m; j++)
        {
            var root = Math.Sqrt(pairs.Weights.Span[j]);
            for (var i = 0; i < n; i++)
            {
                joint[j, i] = root * pairs.X[i, j];
                joint[j, n + i] = root * pairs.Y[i, j];
            }
        }

        return joint;
    }
}
