using System.Numerics;
using System.Numerics.Tensors;

using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Observables;
using KoopmanMesh.Numerics.Operators;
using KoopmanMesh.Numerics.Spectra;

namespace KoopmanMesh.Numerics.Estimators;

/// <summary>
/// What <see cref="KernelEstimator"/> solves: U = k(·, X) T is an orthonormal basis of the sections' span in the
/// kernel's space, B = k(·, Y) T its image, A = U'B. Weights w_j scale sections by sqrt(w_j).
/// </summary>
internal sealed record KernelRegression
{
    public required KernelFeature Sections { get; init; }

    /// <summary>T, m × r.</summary>
    public required Matrix Transform { get; init; }

    /// <summary>A, r × r.</summary>
    public required Matrix Reduced { get; init; }

    /// <summary>B'B, r × r.</summary>
    public required Matrix ImageGram { get; init; }

    /// <summary>X T and Y T in the state's newest block and beyond: (n q) × r.</summary>
    public required Matrix Decoder { get; init; }

    public required Matrix Image { get; init; }

    public required double[] SingularValues { get; init; }

    public required RankDecision Rank { get; init; }

    public static KernelRegression Of(Kernel kernel, SnapshotPairs pairs, KernelEstimator options, ILinearAlgebra la)
    {
        var sections = new KernelFeature(kernel, pairs.X);
        var d = pairs.WeightRoots();
        var (rank, s, q) = Directions(Lift(sections, pairs.X, la).ScaleColumns(d).ScaleRows(d), options, la);
        var inverse = Array.ConvertAll(s[..rank.Rank], value => 1 / value);
        var t = q.SelectColumns(0, rank.Rank).ScaleColumns(inverse).ScaleRows(d);
        var ownImage = Lift(new KernelFeature(kernel, pairs.Y), pairs.Y, la);
        return new KernelRegression
        {
            Sections = sections,
            Transform = t,
            Reduced = la.Multiply(t, la.Multiply(Lift(sections, pairs.Y, la), t), transposeA: true),
            ImageGram = la.Multiply(t, la.Multiply(ownImage, t), transposeA: true),
            Decoder = la.Multiply(pairs.X, t),
            Image = la.Multiply(pairs.Y, t),
            SingularValues = s,
            Rank = rank,
        };
    }

    /// <summary>z = T' k(X, x) of each column.</summary>
    public Matrix Encode(Matrix states, ILinearAlgebra la) =>
        la.Multiply(Transform, Lift(Sections, states, la), transposeA: true);

    /// <summary>One-step errors of the newest n coordinates.</summary>
    public OneStepErrors Errors(SnapshotPairs pairs, int n, ILinearAlgebra la)
    {
        var predicted = la.Multiply(Image, Encode(pairs.X, la));
        var (error, still, energy, difference) = (0.0, 0.0, 0.0, new double[n]);
        for (var j = 0; j < predicted.Columns; j++)
        {
            var weight = pairs.Weights.Span[j];
            var y = pairs.Y.Column(j)[..n];
            energy += weight * TensorPrimitives.SumOfSquares<double>(y);
            TensorPrimitives.Subtract(y, predicted.Column(j)[..n], difference);
            error += weight * TensorPrimitives.SumOfSquares<double>(difference);
            TensorPrimitives.Subtract(y, pairs.X.Column(j)[..n], difference);
            still += weight * TensorPrimitives.SumOfSquares<double>(difference);
        }

        return OneStepErrors.Of(error, still, energy);
    }

    public KoopmanOperator Operator(string method, SnapshotData data, int delays, ILinearAlgebra la)
    {
        var (r, n) = (Reduced.Rows, data.Width);
        var (values, vectors) = r == 0 ? ([], new ComplexMatrix(0, 0)) : la.Eigen(Reduced);
        (values, vectors) = CanonicalOrder.Of(values, vectors);
        var decoder = Decoder.SelectRows(0, n);
        var starts = Encode(data.Starts(delays, PairFrame.MostStarts), la);
        var dictionary = new Dictionary(n * delays, Sections, new StateFeature(n * delays));
        var encoder = new Matrix(dictionary.Count, r);
        for (var j = 0; j < r; j++)
        {
            Transform.Column(j).CopyTo(encoder.Column(j));
        }

        return new KoopmanOperator
        {
            Method = method,
            Observables = dictionary,
            Delays = delays,
            TimeStep = data.TimeStep,
            Encoder = encoder,
            Reduced = Reduced,
            Decoder = decoder,
            Image = Image.SelectRows(0, n),
            Spectrum = SpectrumAssembly.Of(
                values, Residuals(values, vectors, la), vectors, ComplexParts.Times(la, decoder, vectors), starts, la),
            Diagnostics = Diagnose(Transform.Rows, la),
        };
    }

    public FitDiagnostics Diagnose(long pairs, ILinearAlgebra la)
    {
        var condition = Rank.Rank == 0 ? 1 : SingularValues[0] / SingularValues[Rank.Rank - 1];
        return new FitDiagnostics
        {
            Rank = Rank,
            SingularValues = SingularValues,
            ConditionNumber = condition,
            DigitsLost = 2 * Math.Log10(condition),
            Pairs = pairs,
            LinearAlgebra = la.Name,
            Basis = "kernel",
        };
    }

    /// <summary>
    /// ||B w - lambda U w|| / ||B||: what of B leaves the span is the root of B'B - A'A, the Schur complement.
    /// </summary>
    private double[] Residuals(Complex[] eigenvalues, ComplexMatrix vectors, ILinearAlgebra la)
    {
        if (eigenvalues.Length == 0)
        {
            return [];
        }

        var outside = la.SymmetricProduct(Reduced, transpose: true);
        TensorPrimitives.Subtract(ImageGram.AsSpan(), outside.AsSpan(), outside.AsSpan());
        var (values, q) = la.SymmetricEigen(outside);
        var root = q.Transpose().ScaleRows(Array.ConvertAll(values, value => Math.Sqrt(Math.Max(0, value))));
        var (inside, beyond) = (ComplexParts.Times(la, Reduced, vectors), ComplexParts.Times(la, root, vectors));
        var norm = Math.Sqrt(Math.Max(0, la.SymmetricEigen(ImageGram).Values[0]));
        var residuals = new double[eigenvalues.Length];
        for (var j = 0; j < residuals.Length; j++)
        {
            var column = inside.Column(j);
            for (var i = 0; i < column.Length; i++)
            {
                column[i] -= eigenvalues[j] * vectors[i, j];
            }

            var sum = ComplexParts.SumOfSquares(column) + ComplexParts.SumOfSquares(beyond.Column(j));
            residuals[j] = norm > 0 ? Math.Sqrt(sum) / norm : 0;
        }

        return residuals;
    }

    /// <summary>Roots of G's eigenvalues, as many as the cap lets matter, and the eigenvectors.</summary>
    private static (RankDecision Rank, double[] S, Matrix Q) Directions(
        Matrix gram, KernelEstimator options, ILinearAlgebra la)
    {
        var (m, wanted, trace) = (gram.Rows, options.RankCap + 1, 0.0);
        for (var j = 0; j < m; j++)
        {
            trace += gram[j, j];
        }

        var whole = wanted >= m || options.RankRule.NeedsWholeSpectrum;
        var (values, q) = whole ? la.SymmetricEigen(gram)
            : (LeadingDirections.AreFew(wanted, m) ? LeadingDirections.OfGram(gram, wanted, la) : null)
            ?? la.LeadingSymmetricEigen(gram, wanted);
        var s = Array.ConvertAll(values, value => Math.Sqrt(Math.Max(0, value)));
        var shape = new SpectrumShape(m, m)
        {
            RelativeFloor = SpectrumShape.SquaredFloor(m),
            Cap = options.RankCap,
            TotalEnergy = whole ? null : trace,
        };
        return (options.RankRule.Decide(s, shape), s, q);
    }

    private static Matrix Lift(KernelFeature feature, Matrix states, ILinearAlgebra la)
    {
        var lifted = new Matrix(feature.Count, states.Columns);
        feature.Lift(states, lifted, 0, la);
        Guard.Finite(lifted, "the kernel at the states");
        return lifted;
    }
}
