using System.Numerics;
using System.Numerics.Tensors;

using KoopmanMesh.Numerics.Amplitudes;
using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Operators;
using KoopmanMesh.Numerics.Spectra;

namespace KoopmanMesh.Numerics.Estimators;

/// <summary>
/// Sparsity-promoting DMD (Jovanović, Schmid and Nichols 2014, Phys. Fluids 26; methods S13): the modes of another
/// fit, reduced to those whose amplitudes over a whole trajectory are worth their price, as an operator of their own.
/// The first trajectory sets the price; the amplitudes reported are the polished ones. The error on the fitted pairs
/// is that of the modes kept; the choice is not repeated without the pairs held out, so there is no held-out error of
/// it. Cost of the fit, O(N m r) and O(r^3).
/// </summary>
public sealed record SparseEstimator : IEstimator
{
    /// <summary>The default of <see cref="Price"/>.</summary>
    public const double DefaultPrice = 0.01;

    // Left eigenvectors of nearly dependent modes are not blown up.
    private const double Dependence = 1e-12;

    /// <inheritdoc/>
    public string Name => "sparse-dmd";

    /// <summary>What finds the modes; without inputs. Default exact DMD.</summary>
    public IEstimator Modes { get; init; } = new DmdEstimator();

    /// <summary>
    /// gamma as a fraction, in [0, 1], of the price at which no mode is left. Default 0.01; ignored under <see
    /// cref="MostModes"/>.
    /// </summary>
    public double Price
    {
        get;
        init => field = value is >= 0 and <= 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "the price is a fraction in [0, 1]");
    } = DefaultPrice;

    /// <summary>
    /// At most this many modes, ≥ 1: the lowest price of a grid of 60 that leaves so few. Default null: <see
    /// cref="Price"/>.
    /// </summary>
    public int? MostModes
    {
        get;
        init => field = value is null or >= 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "at least 1 mode is kept");
    }

    /// <summary>How the sparse pattern is found.</summary>
    public SparseAmplitudeOptions Options { get; init; } = new();

    /// <inheritdoc/>
    public KoopmanOperator Fit(SnapshotData data, ILinearAlgebra la)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(la);
        if (data.IsPairs || data.Inputs is not null)
        {
            throw new ShapeMismatchException(
                $"the data of {Name}", "trajectories without inputs",
                data.IsPairs ? "pairs in no order" : "inputs");
        }

        var found = Modes.Fit(data, la);
        var problem = AmplitudeProblem.Of(found, Seen(data.Trajectories[0], found.Delays), la);
        var amplitudes = Choose(problem);
        var warnings = new List<string>(found.Diagnostics.Warnings)
        {
            FormattableString.Invariant(
                $"{amplitudes.NonZeros} of {found.Rank} modes kept at the price {amplitudes.Gamma:0.###E+00}: ")
            + FormattableString.Invariant($"they miss {amplitudes.Loss:0.###E+00} of the first trajectory"),
        };
        if (!amplitudes.Converged)
        {
            warnings.Add($"the sparse pattern had not settled after {Options.MaxIterations} iterations");
        }

        var kept = Keep(found, amplitudes, la);
        return kept with
        {
            Method = Name,
            Diagnostics = found.Diagnostics with
            {
                FitError = found.Diagnostics.FitError is null ? null : OneStepError(kept, data, la),
                HoldOutError = null,
                Warnings = warnings,
            },
        };
    }

    /// <summary>||Y - Yhat||_F / ||Y||_F of the modes that were kept; null when Y is zero. O(N m r).</summary>
    private static double? OneStepError(KoopmanOperator kept, SnapshotData data, ILinearAlgebra la)
    {
        var pairs = data.Pairs(kept.Delays);
        var z = la.Multiply(kept.Encoder, kept.Observables.Lift(pairs.X, la), transposeA: true);
        var (predicted, actual) = (la.Multiply(kept.Image, z), pairs.Y.SelectRows(0, kept.StateWidth));
        var norm = TensorPrimitives.Norm<double>(actual.AsSpan());
        return norm > 0 ? TensorPrimitives.Distance<double>(actual.AsSpan(), predicted.AsSpan()) / norm : null;
    }

    private AmplitudeFit Choose(AmplitudeProblem problem)
    {
        if (MostModes is not { } most)
        {
            return ModeAmplitudes.Sparse(problem, Price * problem.LargestGamma, Options);
        }

        var path = ModeAmplitudes.Path(problem, ModeAmplitudes.Gammas(problem, 60), Options);
        return path.FirstOrDefault(fit => fit.NonZeros <= most) ?? path[^1];
    }

    // The operator's clock starts at the newest state of the first delay vector.
    private static Matrix Seen(Matrix trajectory, int delays) =>
        trajectory.SelectColumns(delays - 1, trajectory.Columns - delays + 1);

    /// <summary>
    /// z' = R^+ z in the real basis R = [Re w_j, Im w_j] of the kept eigenvectors, projected along the others. O(N
    /// r^2).
    /// </summary>
    private static KoopmanOperator Keep(KoopmanOperator found, AmplitudeFit amplitudes, ILinearAlgebra la)
    {
        var all = found.Spectrum;
        var order = Enumerable.Range(0, found.Rank).Where(j => amplitudes.Values.Span[j] != Complex.Zero).ToArray();
        var basis = RealBasis(all, [.. order, .. Enumerable.Range(0, found.Rank).Except(order)]);
        var inverse = PseudoInverse(basis, la).SelectRows(0, order.Length);
        var kept = basis.SelectColumns(0, order.Length);
        var reduced = la.Multiply(inverse, la.Multiply(found.Reduced, kept));
        var (_, vectors) = OptimizedEstimatorAssembly.CanonicalEigen(reduced, la);
        return found with
        {
            Encoder = la.Multiply(found.Encoder, inverse, transposeB: true),
            Reduced = reduced,
            Decoder = la.Multiply(found.Decoder, kept),
            Image = la.Multiply(found.Image, kept),
            Spectrum = new KoopmanSpectrum
            {
                Eigenvalues = Select(all.Eigenvalues, order),
                Residuals = all.Residuals.IsEmpty ? all.Residuals : Select(all.Residuals, order),
                DataResiduals = all.DataResiduals.IsEmpty ? all.DataResiduals : Select(all.DataResiduals, order),
                Importance = Array.ConvertAll(Select(amplitudes.Values, order), Complex.Abs),
                Amplitudes = Select(amplitudes.Values, order),
                Modes = Columns(all.Modes, order),
                Vectors = vectors,
            },
        };
    }

    // A pair's two columns span what its two conjugate vectors do.
    private static Matrix RealBasis(KoopmanSpectrum spectrum, int[] order)
    {
        var r = order.Length;
        var basis = new Matrix(r, r);
        for (var j = 0; j < r; j++)
        {
            var (vector, imaginary) = (order[j], spectrum.Eigenvalues.Span[order[j]].Imaginary < 0);
            for (var i = 0; i < r; i++)
            {
                var value = spectrum.Vectors[i, vector];
                basis[i, j] = imaginary ? -value.Imaginary : value.Real;
            }
        }

        return basis;
    }

    private static Matrix PseudoInverse(Matrix square, ILinearAlgebra la)
    {
        var (u, s, vt) = la.ThinSvd(square);
        var inverse = Array.ConvertAll(s, value => value > Dependence * s[0] ? 1 / value : 0);
        return la.Multiply(vt.ScaleRows(inverse), u, transposeA: true, transposeB: true);
    }

    private static T[] Select<T>(ReadOnlyMemory<T> values, int[] order) =>
        Array.ConvertAll(order, j => values.Span[j]);

    private static ComplexMatrix Columns(ComplexMatrix matrix, int[] order)
    {
        var selected = new ComplexMatrix(matrix.Rows, order.Length);
        for (var j = 0; j < order.Length; j++)
        {
            matrix.Column(order[j]).CopyTo(selected.Column(j));
        }

        return selected;
    }
}
