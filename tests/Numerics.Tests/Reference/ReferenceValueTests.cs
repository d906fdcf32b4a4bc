using System.Numerics;

using KoopmanMesh.Numerics.Amplitudes;
using KoopmanMesh.Numerics.Estimators;
using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Observables;
using KoopmanMesh.Numerics.Residuals;
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

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void QuadraticEdmd_1eMinus8(string name) => Each("edmd-poly2", name, 1e-8, _ => Edmd("poly:2"));

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void AbsoluteValueEdmd_1eMinus8(string name) => Each("edmd-abs", name, 1e-8, _ => Edmd("abs"));

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void TotalLeastSquares_1eMinus8(string name) =>
        Each("tls", name, 1e-8, p => new TotalLeastSquaresEstimator { RankRule = Fixed(p) });

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void ForwardBackward_1eMinus9(string name) =>
        Each("forward-backward", name, 1e-9, _ => new ForwardBackwardEstimator { RankRule = _full });

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Ridge_1eMinus9(string name) =>
        Each("ridge", name, 1e-9, p => new RidgeEstimator { Penalty = p.Gamma, RankRule = _full });

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void ReducedRank_1eMinus8(string name) => Each(
        "rrr", name, 1e-8, p => new ReducedRankEstimator { RegressionRank = Fixed(p), RankRule = _full });

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Orthogonal_1eMinus9(string name) =>
        Each("orthogonal", name, 1e-9, _ => new OrthogonalEstimator { RankRule = _full });

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void MeasurePreserving_1eMinus9(string name) =>
        Each("measure-preserving", name, 1e-9, _ => new MeasurePreservingEstimator { RankRule = _full });

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Control_1eMinus9(string name) => Each("control", name, 1e-9, _ => new ControlEstimator { RankRule = _full });

    // Products square the condition number of the kernel's matrix, whose seventh singular value may be 1e-4 of the first.
    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Kernel_1eMinus6(string name) =>
        Each("kernel", name, 1e-6, p => new KernelEstimator { Bandwidth = p.Width, RankRule = Fixed(p) });

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void RandomizedAndCompressed_OnLowRankData_1eMinus9(string name)
    {
        Each("low-rank", name, 1e-9, p => new RandomizedEstimator { RankRule = Fixed(p) });
        Each("low-rank", name, 1e-9, p => new CompressedEstimator { RankRule = Fixed(p) });
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Online_WithForgetting_1eMinus9(string name) =>
        Each("online", name, 1e-9, p => new OnlineEstimator { Forgetting = p.Forgetting });

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Streaming_OnLowRankData_1eMinus9(string name) => Each("low-rank", name, 1e-9, _ => new StreamingEstimator());

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Havok_1eMinus7(string name)
    {
        var la = Algebras.Get(name);
        foreach (var (problem, index) in reference.Of("havok").Select((p, i) => (p, i)))
        {
            var fit = new HavokEstimator { Delays = problem.Delays, RankRule = Fixed(problem), ForcingTolerance = 0 }
                .Fit(problem.Data, la);

            Match(problem.Omega, fit.Spectrum.ContinuousEigenvalues(fit.TimeStep), 1e-7, $"havok {index}");
        }
    }

    // Nearly parallel modes share their amplitude; what they add up to is as certain as the rest.
    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void OptimalAmplitudes_1eMinus7(string name)
    {
        var la = Algebras.Get(name);
        foreach (var (problem, index) in reference.Of("amplitudes").Select((p, i) => (p, i)))
        {
            var fit = new DmdEstimator { RankRule = _full }.Fit(problem.Data, la);
            var best = ModeAmplitudes.Optimal(AmplitudeProblem.Of(fit, problem.Data.Trajectories[0], la));

            var match = Match(problem.Eigenvalues, fit.Spectrum.Eigenvalues.ToArray(), 1e-8, $"amplitudes {index}");
            for (var j = 0; j < match.Length; j++)
            {
                Assert.Equal(problem.Magnitudes[j], best.Values.Span[match[j]].Magnitude, 1e-7);
            }
        }
    }

    // Two minimisers of one objective agree to the root of what the objective can tell apart.
    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Optimized_ExponentsOnUnevenTimes_1eMinus6(string name)
    {
        var la = Algebras.Get(name);
        foreach (var (problem, index) in reference.Of("optimized").Select((p, i) => (p, i)))
        {
            var fit = new OptimizedEstimator { RankRule = Fixed(problem), Project = false }.Fit(problem.Data, la);

            Match(problem.Omega, fit.Spectrum.ContinuousEigenvalues(fit.TimeStep), 1e-6, $"optimized {index}");
        }
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Pseudospectrum_1eMinus9(string name)
    {
        var la = Algebras.Get(name);
        foreach (var problem in reference.Of("pseudospectrum"))
        {
            var residuals = new ResidualDmd(new LiftedPairs(problem.Data.Pairs(1), null), la);

            Assert.Equal(problem.Tau, problem.Points.Select(residuals.Smallest), (a, b) => Math.Abs(a - b) < 1e-9);
        }
    }

    [Fact]
    public void OptimalThreshold_ByQuadrature_1eMinus6()
    {
        foreach (var problem in reference.Of("optimal-threshold"))
        {
            var decision = new RankRule.OptimalThreshold().Decide(problem.SingularValues, problem.Rows, problem.Columns);

            Assert.Equal(problem.Threshold, decision.Threshold, 1e-6 * problem.Threshold);
            Assert.Equal(problem.Rank, decision.Rank);
        }
    }

    private static DmdEstimator Edmd(string dictionary) =>
        new() { RankRule = _full, Observables = ObservablesSpec.Parse(dictionary) };

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
