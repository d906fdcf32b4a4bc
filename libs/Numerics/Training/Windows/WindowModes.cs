using System.Numerics;
using System.Numerics.Tensors;
using KoopmanMesh.Numerics.Amplitudes;
using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Spectra;

namespace KoopmanMesh.Numerics.Training.Windows;

/// <summary>
/// The trusted modes of a window, most important first, each with its coefficients over the window's snapshots: G a_j =
/// b_j z_j, the mode at its amplitude when the window starts, so that lifting modes to all parameters is one product
/// with the snapshots.
/// </summary>
internal sealed record WindowModes(
    WindowOptions Options, int Rank, TrainingMode[] Modes, ComplexMatrix Coefficients, double Unexplained)
{
    /// <summary>From R of the snapshots, k × (Length + Delays).</summary>
    public static WindowModes Of(Matrix factor, WindowOptions options, double tolerance, ILinearAlgebra la)
    {
        var stacked = Stack(factor, options, la);
        var (spectrum, v) = Decompose(stacked, options.Length, tolerance, la);
        var trusted = Trusted(spectrum, options.Residual);
        var lambda = Array.ConvertAll(trusted, j => spectrum.Eigenvalues.Span[j]);
        var modes = ComplexParts.Times(la, spectrum.Basis, Select(spectrum.Vectors, trusted));
        var (b, missed) = Amplitudes(modes, lambda, stacked, la);
        var inside = ComplexParts.Times(la, v, Select(spectrum.Vectors, trusted));
        var coefficients = new ComplexMatrix(factor.Columns, trusted.Length);
        for (var j = 0; j < trusted.Length; j++)
        {
            for (var k = 0; k < inside.Rows; k++)
            {
                // Stacked snapshot k is newest at snapshot k + q - 1.
                coefficients[k + options.Delays - 1, j] = b[j] * inside[k, j];
            }
        }

        var shown = ComplexParts.Times(la, factor, coefficients);
        var found = Enumerable.Range(0, trusted.Length).Select(j => new TrainingMode(
            lambda[j], spectrum.Residuals.Span[trusted[j]] / spectrum.ImageNorm,
            Math.Sqrt(ComplexParts.SumOfSquares(shown.Column(j))))).ToArray();
        var order = Order(found);
        return new WindowModes(
            options, spectrum.Eigenvalues.Length, Array.ConvertAll(order, j => found[j]), Select(coefficients, order),
            missed);
    }

    /// <summary>
    /// a with w_inf = G a: the real parts of the modes near one; null when there is none. Beside the constant they add
    /// up to one, but for what rounding and truncation leave of it, which goes to the last snapshot: then w_inf moves
    /// with the snapshots when all are moved.
    /// </summary>
    public double[]? LimitCoefficients()
    {
        var (limit, any) = (new double[Coefficients.Rows], false);
        for (var j = 0; j < Modes.Length; j++)
        {
            if (ConvergenceStatistics.IsNearOne(Modes[j].Eigenvalue, Options.Nearness))
            {
                any = true;
                for (var k = 0; k < limit.Length; k++)
                {
                    limit[k] += Coefficients[k, j].Real;
                }
            }
        }

        limit[^1] += Options.HasConstant ? 1 - TensorPrimitives.Sum<double>(limit) : 0;
        return any ? limit : null;
    }

    /// <summary>[r_(k+q-1); …; r_k; c], k = 0 … Length, or the triangular factor of these.</summary>
    private static Matrix Stack(Matrix factor, WindowOptions options, ILinearAlgebra la)
    {
        var (q, columns) = (options.Delays, options.Length + 1);
        var stacked = factor;
        if (q > 1)
        {
            Matrix? joined = null;
            for (var block = q - 1; block >= 0; block--)
            {
                var rows = factor.SelectColumns(block, columns).Transpose();
                joined = TrajectorySlabs.Squared(la.AppendToFactor(joined, rows.AsSpan(), columns, rows.Columns));
            }

            stacked = joined!;
        }

        if (!options.HasConstant)
        {
            return stacked;
        }

        // As large as a snapshot: smaller it may be cut off with the small directions, larger it cuts them off.
        var size = Math.Sqrt(factor.Energy() / factor.Columns);
        var constant = new Matrix(1, columns);
        constant.AsSpan().Fill(size > 0 ? size : 1);
        return stacked.Above(constant);
    }

    /// <summary>A4 on the pairs of neighbours, and D V S^(-1), with which z_j = X (D V S^(-1) w_j).</summary>
    private static (DmdSpectrum Spectrum, Matrix V) Decompose(
        Matrix stacked, int length, double tolerance, ILinearAlgebra la)
    {
        var (x, y) = (stacked.SelectColumns(0, length), stacked.SelectColumns(1, length));
        var d = new double[length];
        for (var j = 0; j < length; j++)
        {
            d[j] = TensorPrimitives.Norm<double>(x.Column(j)) is > 0 and var norm ? 1 / norm : 1;
        }

        x.ScaleColumns(d);
        var (u, s, vt) = la.ThinSvd(x);
        var shape = new SpectrumShape(x.Rows, x.Columns) { Cap = DmdOptions.DefaultRankCap };
        var decision = new RankRule.RelTol(tolerance).Decide(s, shape);
        var v = vt.SelectRows(0, decision.Rank)
            .ScaleRows(Array.ConvertAll(s[..decision.Rank], value => 1 / value)).ScaleColumns(d).Transpose();
        var basis = new SnapshotBasis(
            u.SelectColumns(0, decision.Rank), la.Multiply(y, v), s, decision, BasisMethod.Svd);
        return (RitzPairs.Of(basis, DmdOptions.DefaultRefineLimit, la), v);
    }

    /// <summary>Pairs within the residual; conjugates stay or go together.</summary>
    private static int[] Trusted(DmdSpectrum spectrum, double residual)
    {
        var trusted = new List<int>();
        var lambda = spectrum.Eigenvalues.Span;
        var bound = residual * spectrum.ImageNorm;
        for (var j = 0; j < lambda.Length; j++)
        {
            var pair = lambda[j].Imaginary > 0 ? 2 : 1;
            if (spectrum.Residuals.Span[j] <= bound)
            {
                trusted.AddRange(Enumerable.Range(j, pair));
            }

            j += pair - 1;
        }

        return [.. trusted];
    }

    /// <summary>
    /// Least squares over all snapshots, once more on what the first left: products square the condition number, and a
    /// second step takes back what that cost. The missed part is relative to how far the snapshots stray from their
    /// mean.
    /// </summary>
    private static (Complex[] B, double Missed) Amplitudes(
        ComplexMatrix modes, Complex[] lambda, Matrix stacked, ILinearAlgebra la)
    {
        var b = new Complex[lambda.Length];
        var left = stacked.Copy();
        for (var step = 0; step < 2 && b.Length > 0; step++)
        {
            var more = ModeAmplitudes.Optimal(AmplitudeProblem.Of(modes, lambda, left, la)).Values.Span;
            for (var j = 0; j < b.Length; j++)
            {
                b[j] += more[j];
            }

            left = Without(stacked, modes, lambda, b, la);
        }

        var spread = Spread(stacked);
        return (b, spread > 0 ? Math.Sqrt(left.Energy()) / spread : 0);
    }

    /// <summary>H - Re Z diag(b) V.</summary>
    private static Matrix Without(
        Matrix stacked, ComplexMatrix modes, Complex[] lambda, Complex[] b, ILinearAlgebra la)
    {
        var (re, im) = (new Matrix(b.Length, stacked.Columns), new Matrix(b.Length, stacked.Columns));
        for (var j = 0; j < b.Length; j++)
        {
            var power = b[j];
            for (var k = 0; k < stacked.Columns; k++, power *= lambda[j])
            {
                (re[j, k], im[j, k]) = (power.Real, power.Imaginary);
            }
        }

        var told = la.Multiply(ComplexParts.Part(modes, real: true), re);
        var turned = la.Multiply(ComplexParts.Part(modes, real: false), im);
        var left = new Matrix(stacked.Rows, stacked.Columns);
        TensorPrimitives.Subtract(stacked.AsSpan(), told.AsSpan(), left.AsSpan());
        TensorPrimitives.Add(left.AsSpan(), turned.AsSpan(), left.AsSpan());
        return left;
    }

    private static double Spread(Matrix stacked)
    {
        var mean = new double[stacked.Rows];
        for (var k = 0; k < stacked.Columns; k++)
        {
            TensorPrimitives.MultiplyAdd(stacked.Column(k), 1.0 / stacked.Columns, mean, mean);
        }

        var sum = 0.0;
        for (var k = 0; k < stacked.Columns; k++)
        {
            var distance = TensorPrimitives.Distance<double>(stacked.Column(k), mean);
            sum += distance * distance;
        }

        // What rounding makes of snapshots that are all the same is no movement.
        return sum > stacked.Energy() * Rounding.Unit * Rounding.Unit * stacked.Columns ? Math.Sqrt(sum) : 0;
    }

    private static int[] Order(TrainingMode[] modes)
    {
        // By the importance of the pair's first member, so that conjugates stay adjacent.
        var leaders = Enumerable.Range(0, modes.Length).Where(j => modes[j].Eigenvalue.Imaginary >= 0)
            .OrderByDescending(j => modes[j].Importance);
        return [.. leaders.SelectMany(j => modes[j].Eigenvalue.Imaginary > 0 ? new[] { j, j + 1 } : [j])];
    }

    private static ComplexMatrix Select(ComplexMatrix source, int[] columns)
    {
        var selected = new ComplexMatrix(source.Rows, columns.Length);
        for (var j = 0; j < columns.Length; j++)
        {
            source.Column(columns[j]).CopyTo(selected.Column(j));
        }

        return selected;
    }
}
