using System.Numerics;

using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Spectra;

namespace KoopmanMesh.Numerics.Estimators;

/// <summary>
/// Physics-informed DMD: argmin ||Y - K X||_F over operators of one family (Baddoo, Herrmann, McKeon, Kutz and
/// Brunton 2023, Proc. R. Soc. A 479), within the span of the kept directions of X = U S V', K = U A U'. With C = U'Y
/// V: orthogonal A = P Q' of C S = P T Q' (Procrustes, Schönemann 1966); symmetric A_ij = (s_j C_ij + s_i C_ji) /
/// (s_i^2 + s_j^2); skew-symmetric the same with a minus. O(N m min(N, m)). Residuals are those under the
/// unconstrained image, Y V S^(-1): how much the data objects.
/// </summary>
public sealed record OrthogonalEstimator : PairEstimator
{
    /// <summary>The family. Default orthogonal.</summary>
    public Constraint Constraint
    {
        get;
        init => field = Enum.IsDefined(value)
            ? value
            : throw new ArgumentOutOfRangeException(
                nameof(value), value, "the constraint is Orthogonal, Symmetric or SkewSymmetric");
    }

    /// <inheritdoc/>
    public override string Name => Constraint switch
    {
        Constraint.Symmetric => "symmetric-dmd",
        Constraint.SkewSymmetric => "skew-symmetric-dmd",
        _ => "orthogonal-dmd",
    };

    /// <inheritdoc/>
    protected internal override Regression Regress(LiftedPairs pairs, ILinearAlgebra la)
    {
        var basis = SnapshotBasis.Of(pairs, RankRule, la);
        var s = basis.S.AsSpan(0, basis.Rank.Rank);
        var c = la.Multiply(basis.U, basis.B, transposeA: true).ScaleColumns(s);
        var warnings = new List<string>(basis.Warnings);
        var a = Constraint == Constraint.Orthogonal
            ? Polar(c.ScaleColumns(s), warnings, la)
            : Mirrored(c, s, Constraint == Constraint.Symmetric ? 1 : -1);
        var regression = RegressionParts.Constrained(basis, a, la);
        var spectrum = Constraint == Constraint.Symmetric && a.Rows > 0
            ? RegressionParts.WithResiduals(OnTheLine(regression.Spectrum, a, la), basis, la)
            : regression.Spectrum;
        return new Regression(spectrum) { Squared = pairs.Squared, Warnings = warnings };
    }

    /// <summary>
    /// Eigenpairs of symmetric A: real to the bit, with orthogonal vectors even where values are equal.
    /// </summary>
    private static DmdSpectrum OnTheLine(DmdSpectrum spectrum, Matrix a, ILinearAlgebra la)
    {
        var (real, v) = la.SymmetricEigen(a);
        var complex = new ComplexMatrix(v.Rows, v.Columns);
        for (var i = 0; i < v.AsSpan().Length; i++)
        {
            complex.AsSpan()[i] = v.AsSpan()[i];
        }

        var unordered = Array.ConvertAll(real, value => new Complex(value, 0));
        var (values, vectors) = CanonicalOrder.Of(unordered, complex);
        return spectrum with
        {
            Eigenvalues = values,
            ImprovedValues = values,
            Vectors = vectors,
        };
    }

    /// <summary>The orthogonal factor of A = P T Q', P Q'; any completion where A is singular, and a warning.</summary>
    internal static Matrix Polar(Matrix a, List<string> warnings, ILinearAlgebra la)
    {
        if (a.Rows == 0)
        {
            return a;
        }

        var (p, t, qt) = la.ThinSvd(a);
        if (t[^1] <= a.Rows * Rounding.Unit * t[0])
        {
            var certain = t.Count(value => value > a.Rows * Rounding.Unit * t[0]);
            warnings.Add(
                $"the data determines the orthogonal factor in {certain} of {t.Length} directions, the rest is "
                + "arbitrary");
        }

        return la.Multiply(p, qt);
    }

    private static Matrix Mirrored(Matrix c, ReadOnlySpan<double> s, double sign)
    {
        var a = new Matrix(c.Rows, c.Columns);
        for (var j = 0; j < a.Columns; j++)
        {
            for (var i = 0; i < j; i++)
            {
                // Divided by the larger of the two first: their squares might overflow.
                var scale = Math.Max(s[i], s[j]);
                var (si, sj) = (s[i] / scale, s[j] / scale);
                a[i, j] = ((sj * c[i, j]) + (sign * si * c[j, i])) / scale / ((si * si) + (sj * sj));
                a[j, i] = sign * a[i, j];
            }

            a[j, j] = sign > 0 ? c[j, j] / s[j] : 0;
        }

        return a;
    }
}
