using System.Numerics;

using KoopmanMesh.Numerics.Estimators;
using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Observables;
using KoopmanMesh.Numerics.Operators;
using KoopmanMesh.Numerics.Tests.LinearAlgebra;

namespace KoopmanMesh.Numerics.Tests.Reference;

/// <summary>
/// Every method against an independent implementation, 50 random problems each. Tolerances are absolute, for problems of
/// scale one; a method that is ill-conditioned by nature says why its own is wider.
/// </summary>
public sealed class ReferenceValueTests(ReferenceProblems reference) : IClassFixture<ReferenceProblems>
{
    private static readonly RankRule _full = new RankRule.RelTol(1e-12);

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void ExactDmd_1eMinus9(string name) => Each("dmd", name, 1e-9, p => new DmdEstimator { RankRule = Fixed(p) });

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void ProjectedDmd_1eMinus9(string name) =>
        Each("projected", name, 1e-9, p => new DmdEstimator { RankRule = Fixed(p), Projected = true });

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void RefinedDmd_1eMinus9(string name) =>
        Each("refined", name, 1e-9, p => new RefinedEstimator { RankRule = Fixed(p) });

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void HankelDmd_1eMinus8(string name) =>
        Each("hankel", name, 1e-8, p => new DmdEstimator { RankRule = Fixed(p), Delays = p.Delays });

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void AffineEdmd_1eMinus9(string name) =>
        Each("edmd-affine", name, 1e-9, _ => new DmdEstimator { RankRule = _full, Observables = ObservablesSpec.Affine });

    private void Each(string method, string name, double tolerance, Func<ReferenceProblem, IEstimator> estimator)
    {
        var la = Algebras.Get(name);
        foreach (var (problem, index) in reference.Of(method).Select((p, i) => (p, i)))
        {
            var fit = estimator(problem).Fit(problem.Data, la);
            var matches = Match(problem.Eigenvalues, fit.Spectrum.Eigenvalues.ToArray(), tolerance, $"{method} {index}");
            for (var j = 0; j < problem.Residuals.Length; j++)
            {
                Assert.Equal(problem.Residuals[j], fit.Spectrum.Residuals.Span[matches[j]], tolerance);
            }

            for (var j = 0; problem.Modes.Length > 0 && j < matches.Length; j++)
            {
                SameDirection(problem.Mode(j), fit.Spectrum.Modes.Column(matches[j]).ToArray(), 100 * tolerance);
            }

            if (problem.Prediction is { } prediction)
            {
                var expected = Matrix.FromRows(prediction);
                var inputs = problem.Future is { } u ? Matrix.FromRows(u) : null;
                var start = Matrix.FromRows(problem.Start!);
                Matrices.Close(expected, fit.Predict(start, expected.Columns, la, inputs), 100 * tolerance);
            }
        }
    }

    /// <summary>For each expected value the index of the found one, each used once, nearest first.</summary>
    private static int[] Match(Complex[] expected, Complex[] found, double tolerance, string what)
    {
        Assert.Equal((what, expected.Length), (what, found.Length));
        var pairs =
            from i in Enumerable.Range(0, expected.Length)
            from j in Enumerable.Range(0, found.Length)
            orderby Complex.Abs(expected[i] - found[j])
            select (i, j);
        var match = Enumerable.Repeat(-1, expected.Length).ToArray();
        foreach (var (i, j) in pairs.Where(pair => Complex.Abs(expected[pair.i] - found[pair.j]) <= tolerance))
        {
            if (match[i] < 0 && !match.Contains(j))
            {
                match[i] = j;
            }
        }

        Assert.True(
            match.All(j => j >= 0),
            $"{what}: expected {string.Join(' ', expected)}, found {string.Join(' ', found)}");
        return match;
    }

    /// <summary>Unit vectors equal up to a phase.</summary>
    private static void SameDirection(Complex[] expected, Complex[] found, double tolerance)
    {
        var inner = expected.Zip(found, (e, f) => Complex.Conjugate(e) * f).Aggregate(Complex.Zero, (a, b) => a + b);
        var difference = expected.Zip(found, (e, f) => Complex.Abs((e * inner) - f)).Max();
        Assert.Equal(0, difference, tolerance);
    }

    private static RankRule.Fixed Fixed(ReferenceProblem problem) => new(problem.Rank);
}
