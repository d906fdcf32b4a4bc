using System.Numerics;
using System.Numerics.Tensors;

using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Observables;
using KoopmanMesh.Numerics.Operators;
using KoopmanMesh.Numerics.Spectra;

namespace KoopmanMesh.Numerics.Estimators;

/// <summary>
/// The operator of fitted exponents: the coefficients are solved for, the encoder is the modes' pseudo-inverse.
/// </summary>
internal static class OptimizedEstimatorAssembly
{
    private const double Dependence = 1e-12;
    private const double UnsharedEnergy = 1e-6;

    public static KoopmanOperator Of(
        string method, OptimizedEstimatorData data, VariableProjectionBlock[] blocks, int delays, ILinearAlgebra la)
    {
        var modes = OptimizedEstimatorModes.Of(blocks, data.Times, data.Targets, data.Basis.Columns, la);
        var n = data.Series[0].Rows / delays;
        var stacked = la.Multiply(data.Basis, modes.Decoder);
        var (encoder, dependent) = Encoder(stacked, la);
        Guard.Finite(encoder, "the encoder of the fitted modes");
        Guard.Finite(modes.Reduced, "the reduced operator of the fitted exponents");
        var decoder = stacked.SelectRows(0, n);
        var (values, vectors) = CanonicalEigen(modes.Reduced, la);
        var found = new KoopmanOperator
        {
            Method = method,
            Observables = Dictionary.Identity(n * delays),
            Delays = delays,
            TimeStep = data.TimeStep,
            Encoder = encoder,
            Reduced = modes.Reduced,
            Decoder = decoder,
            Image = la.Multiply(decoder, modes.Reduced),
            Spectrum = SpectrumAssembly.Of(
                values, Residuals(data, values, ComplexParts.Times(la, stacked, vectors), la), vectors,
                ComplexParts.Times(la, decoder, vectors), modes.Starts, la),
            Diagnostics = Diagnose(data, Warnings(modes.Unshared, dependent), la),
        };
        return data.EvenlySpaced && found.Rank > 0
            ? found with { Diagnostics = WithErrors(found, data, la) }
            : found;
    }

    /// <summary>Eigenpairs of the block-diagonal A in canonical order.</summary>
    public static (Complex[] Values, ComplexMatrix Vectors) CanonicalEigen(Matrix reduced, ILinearAlgebra la)
    {
        var (values, vectors) = reduced.Rows == 0 ? ([], new ComplexMatrix(0, 0)) : la.Eigen(reduced);
        return CanonicalOrder.Of(values, vectors);
    }

    // E = (D^+)' with the columns of D brought to unit norm first, so that small modes are not cut off.
    private static (Matrix Encoder, int Dependent) Encoder(Matrix decoder, ILinearAlgebra la)
    {
        var unit = decoder.Copy();
        var scales = new double[decoder.Columns];
        for (var j = 0; j < scales.Length; j++)
        {
            var norm = TensorPrimitives.Norm<double>(unit.Column(j));
            scales[j] = norm > 0 ? 1 / norm : 0;
        }

        var (u, s, vt) = la.ThinSvd(unit.ScaleColumns(scales));
        var inverse = Array.ConvertAll(s, value => value > Dependence * s[0] ? 1 / value : 0);
        return (la.Multiply(u.ScaleColumns(inverse), vt).ScaleColumns(scales),
            decoder.Columns - s.Count(value => value > Dependence * s[0]));
    }

    private static double[] Residuals(
        OptimizedEstimatorData data, Complex[] values, ComplexMatrix modes, ILinearAlgebra la)
    {
        if (!data.EvenlySpaced || values.Length == 0)
        {
            return [];
        }

        var rule = new RankRule.Fixed(data.Rank.Rank);
        var spectrum = RitzPairs.Of(SnapshotBasis.Of(new LiftedPairs(data.Pairs(), null), rule, la), 0, la);
        var inside = ComplexParts.Times(la, spectrum.Basis.Transpose(), modes);
        var moved = ComplexParts.Times(la, spectrum.Image, inside);
        var residuals = new double[values.Length];
        for (var j = 0; j < values.Length; j++)
        {
            var mode = modes.Column(j);
            var image = moved.Column(j);
            var norm = Math.Sqrt(ComplexParts.SumOfSquares(mode)) * spectrum.ImageNorm;
            for (var i = 0; i < mode.Length; i++)
            {
                image[i] -= values[j] * mode[i];
            }

            residuals[j] = norm > 0 ? Math.Sqrt(ComplexParts.SumOfSquares(image)) / norm : 0;
        }

        return residuals;
    }

    private static FitDiagnostics Diagnose(
        OptimizedEstimatorData data, IReadOnlyList<string> warnings, ILinearAlgebra la)
    {
        var (s, r) = (data.SingularValues, data.Rank.Rank);
        var condition = r == 0 ? 1 : s[0] / s[r - 1];
        return new FitDiagnostics
        {
            Rank = data.Rank,
            SingularValues = s,
            ConditionNumber = condition,
            DigitsLost = Math.Log10(condition),
            Pairs = (long)(data.Times.Length - 1) * data.Series.Count,
            LinearAlgebra = la.Name,
            Basis = "variable projection",
            Warnings = warnings,
        };
    }

    private static FitDiagnostics WithErrors(KoopmanOperator found, OptimizedEstimatorData data, ILinearAlgebra la)
    {
        var pairs = data.Pairs();
        var predicted = la.Multiply(found.Image, la.Multiply(found.Encoder, pairs.X, transposeA: true));
        var actual = pairs.Y.SelectRows(0, found.StateWidth);
        var (error, still) = (predicted, pairs.X.SelectRows(0, found.StateWidth));
        TensorPrimitives.Subtract(actual.AsSpan(), predicted.AsSpan(), error.AsSpan());
        TensorPrimitives.Subtract(actual.AsSpan(), still.AsSpan(), still.AsSpan());
        var norm = Norm(actual);
        return found.Diagnostics with
        {
            FitError = norm > 0 ? Norm(error) / norm : 0,
            PersistenceError = norm > 0 ? Norm(still) / norm : 0,
        };
    }

    private static double Norm(Matrix matrix) => TensorPrimitives.Norm<double>(matrix.AsSpan());

    private static List<string> Warnings(double unshared, int dependent)
    {
        var warnings = new List<string>();
        if (unshared > UnsharedEnergy)
        {
            warnings.Add(FormattableString.Invariant(
                $"the trajectories share no modes: {unshared:0.###E+00} of the coefficients' energy is left out"));
        }

        if (dependent > 0)
        {
            warnings.Add(FormattableString.Invariant(
                $"{dependent} modes depend on the others: a state does not say how much of them it holds"));
        }

        return warnings;
    }
}
