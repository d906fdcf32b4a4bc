using System.Collections.Immutable;
using System.Numerics;
using KoopmanMesh.Numerics.Alignment;
using KoopmanMesh.Numerics.Estimators;
using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Observables;
using KoopmanMesh.Numerics.Operators;
using KoopmanMesh.Numerics.Residuals;
using KoopmanMesh.Numerics.Training.Windows;

namespace KoopmanMesh.Numerics.Training.Depth;

/// <summary>
/// How deep a network of near-identity layers must be to realise a map, from pairs of its input and output (methods
/// P1.5, the idea recalled, the formulas [R]): advice, not a theorem. Immutable.
/// </summary>
public sealed record DepthAdvice
{
    // A pad of zeros, and a direction the map kills, have eigenvalues of rounding, whose logarithm means nothing.
    private const double Vanished = 1e-8;

    // Of fewer no fifth can be held out.
    private const int FewestRows = 5;

    /// <summary>ceil(max |log lambda| / delta) over trusted pairs.</summary>
    public required int Layers { get; init; }

    /// <summary>ceil(log eps / log|lambda_2|); null where nothing contracts.</summary>
    public required int? ContractionLayers { get; init; }

    /// <summary>
    /// Trusted pairs, by descending |log lambda|, conjugates adjacent; their residual is that of the eigenfunction,
    /// relative to |lambda|.
    /// </summary>
    public required ImmutableArray<TrainingMode> Modes { get; init; }

    /// <summary>Pairs left out for their residual.</summary>
    public required int Untrusted { get; init; }

    /// <summary>Pairs left out because their eigenvalue is zero to rounding: no depth reaches them.</summary>
    public required int Vanishing { get; init; }

    /// <summary>Pairs of the map.</summary>
    public required long Rows { get; init; }

    /// <summary>
    /// Fraction of the outputs' variance that the fit explains on the fifth of the rows held out; below 0 it is worse
    /// than the mean, and the advice is about the fit and not the map.
    /// </summary>
    public required double Explained { get; init; }

    /// <summary>
    /// Fits the map by EDMD (methods A5) and trusts eigenfunctions by their residual on the pairs (ResDMD, methods S6),
    /// relative to the eigenvalue's modulus, so that log lambda is as good as eta. Maps of unequal widths are aligned
    /// by zero-padding (methods P0.2). O(N^2 m) in N observables of m rows.
    /// </summary>
    /// <param name="inputs">
    /// n × m, a row of the map's data in each column, m ≥ 5, so that a fifth can be held out.
    /// </param>
    /// <param name="outputs">n' × m.</param>
    /// <param name="options">How.</param>
    /// <param name="la">The linear algebra to run on.</param>
    /// <param name="cancellationToken">Looked at between the fit and its residuals.</param>
    /// <exception cref="ShapeMismatchException">The rows differ in number, or there are fewer than 5.</exception>
    /// <exception cref="NonFiniteDataException">A number is not finite.</exception>
    /// <exception cref="ObservablesException">The dictionary is not known.</exception>
    public static DepthAdvice Of(
        Matrix inputs, Matrix outputs, DepthOptions options, ILinearAlgebra la,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(outputs);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(la);
        Guard.Shape(outputs, outputs.Rows, Math.Max(FewestRows, inputs.Columns), "the matrix of outputs");
        var wide = Math.Max(inputs.Rows, outputs.Rows);
        var (x, y) = (Align(inputs, wide, la), Align(outputs, wide, la));
        var estimator = new RefinedEstimator
        {
            ColumnScaling = false,
            Observables = ObservablesSpec.Parse(options.Dictionary),
            RankRule = options.Rank is { } rank ? new RankRule.Fixed(rank) : new RankRule.RelTol(1e-8),
        };
        var data = SnapshotData.FromPairs(x, y);
        var fitted = estimator.Fit(data, la);
        cancellationToken.ThrowIfCancellationRequested();
        return Read(fitted, ResidualDmd.Of(fitted, data, la).Residuals(fitted), options) with
        {
            Rows = inputs.Columns,
            Explained = Explain(fitted.Diagnostics, y),
        };
    }

    private static DepthAdvice Read(KoopmanOperator fitted, ReadOnlySpan<double> residuals, DepthOptions options)
    {
        var spectrum = fitted.Spectrum;
        var modes = new List<TrainingMode>();
        var (vanishing, largest) = (0, 0.0);
        foreach (var lambda in spectrum.Eigenvalues.Span)
        {
            largest = Math.Max(largest, Complex.Abs(lambda));
        }

        for (var j = 0; j < spectrum.Eigenvalues.Length; j++)
        {
            var (lambda, modulus) = (spectrum.Eigenvalues.Span[j], Complex.Abs(spectrum.Eigenvalues.Span[j]));
            if (modulus <= Vanished * largest)
            {
                vanishing++;
            }
            else if (residuals[j] / modulus <= options.Residual)
            {
                modes.Add(new TrainingMode(lambda, residuals[j] / modulus, spectrum.Importance.Span[j]));
            }
        }

        Complex[] kept = [.. modes.Select(mode => mode.Eigenvalue)];
        return new DepthAdvice
        {
            Layers = DepthRule.Layers(kept, options.Change),
            ContractionLayers = DepthRule.ContractionLayers(kept, options.Tolerance),
            Modes = [.. modes.OrderByDescending(mode => Complex.Abs(Complex.Log(mode.Eigenvalue)))],
            Untrusted = spectrum.Eigenvalues.Length - vanishing - kept.Length,
            Vanishing = vanishing,
            Rows = 0,
            Explained = 0,
        };
    }

    /// <summary>1 - ||Y - Yhat||^2 / ||Y - mean||^2; the error is relative to ||Y||.</summary>
    private static double Explain(FitDiagnostics diagnostics, Matrix outputs)
    {
        // None where the rows held out are all zero and the fit is not.
        var error = diagnostics.HoldOutError ?? double.PositiveInfinity;
        var (energy, variance) = (outputs.Energy(), 0.0);
        var rows = outputs.Transpose();
        for (var i = 0; i < rows.Columns; i++)
        {
            var mean = System.Numerics.Tensors.TensorPrimitives.Average<double>(rows.Column(i));
            foreach (var value in rows.Column(i))
            {
                variance += (value - mean) * (value - mean);
            }
        }

        return variance > 0 ? 1 - (error * error * energy / variance) : 1;
    }

    private static Matrix Align(Matrix narrow, int wide, ILinearAlgebra la) =>
        narrow.Rows == wide ? narrow : new ZeroPadLayer(narrow.Rows, wide).Align(narrow, la);
}
