using System.Numerics;

using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Operators;
using KoopmanMesh.Numerics.Spectra;

namespace KoopmanMesh.Numerics.Estimators;

/// <summary>Makes the operator that users see out of a regression in lifted coordinates.</summary>
internal static class OperatorAssembly
{
    // Below this fraction of the operator's norm an eigenvalue is zero: exact modes are not divided by it (N10).
    private const double NegligibleEigenvalue = 1e-14;

    public static KoopmanOperator Of(string method, Regression regression, PairFrame frame, ILinearAlgebra la)
    {
        var (spectrum, row, n) = (regression.Spectrum, frame.Observables.StateRow, frame.StateWidth);
        var decoder = (regression.Decoder ?? spectrum.Basis).SelectRows(row, n);
        var image = spectrum.Image.SelectRows(row, n);
        var starts = la.Multiply(spectrum.Basis, frame.Starts, transposeA: true);
        var modes = regression.ExactModes ? ExactModes(spectrum, decoder, image, la)
            : ComplexParts.Times(la, decoder, spectrum.Vectors);
        return new KoopmanOperator
        {
            Method = method,
            Observables = frame.Observables,
            Delays = frame.Delays,
            TimeStep = frame.TimeStep,
            Encoder = spectrum.Basis,
            Reduced = spectrum.ReducedOperator,
            Decoder = decoder,
            Image = image,
            Input = regression.InputImage is { } f ? la.Multiply(spectrum.Basis, f, transposeA: true) : null,
            InputImage = regression.InputImage?.SelectRows(row, n),
            Spectrum = SpectrumAssembly.Of(
                spectrum.Eigenvalues, Relative(spectrum), spectrum.Vectors, modes, starts, la),
            Diagnostics = Diagnose(regression, 0, la),
        };
    }

    public static FitDiagnostics Diagnose(Regression regression, long pairs, ILinearAlgebra la) => new()
    {
        Rank = regression.Spectrum.Rank,
        SingularValues = regression.Spectrum.SingularValues,
        ConditionNumber = regression.Spectrum.ConditionNumber,
        DigitsLost = (regression.Squared ? 2 : 1) * Math.Log10(regression.Spectrum.ConditionNumber),
        Pairs = pairs,
        LinearAlgebra = la.Name,
        Basis = regression.Spectrum.Method.ToString(),
        Warnings = regression.Warnings,
    };

    /// <summary>The operator, with a warning when some trajectories were too short to say anything.</summary>
    public static KoopmanOperator Omitting(KoopmanOperator fitted, SnapshotData data, int leastSnapshots)
    {
        var (all, omitted) = (data.Trajectories.Count, data.Trajectories.Count(t => t.Columns < leastSnapshots));
        return omitted == 0 ? fitted : fitted with
        {
            Diagnostics = fitted.Diagnostics with
            {
                Warnings =
                [
                    .. fitted.Diagnostics.Warnings,
                    $"{omitted} of {all} trajectories are too short and left out",
                ],
            },
        };
    }

    private static double[] Relative(DmdSpectrum spectrum) => Array.ConvertAll(
        spectrum.Residuals.ToArray(), r => spectrum.ImageNorm > 0 ? r / spectrum.ImageNorm : 0);

    private static ComplexMatrix ExactModes(DmdSpectrum spectrum, Matrix decoder, Matrix image, ILinearAlgebra la)
    {
        var modes = ComplexParts.Times(la, image, spectrum.Vectors);
        ComplexMatrix? projected = null;
        for (var j = 0; j < modes.Columns; j++)
        {
            var mode = modes.Column(j);
            var lambda = spectrum.Eigenvalues.Span[j];
            if (Complex.Abs(lambda) <= NegligibleEigenvalue * spectrum.ImageNorm)
            {
                projected ??= ComplexParts.Times(la, decoder, spectrum.Vectors);
                projected.Column(j).CopyTo(mode);
                continue;
            }

            for (var i = 0; i < mode.Length; i++)
            {
                mode[i] /= lambda;
            }
        }

        return modes;
    }
}
