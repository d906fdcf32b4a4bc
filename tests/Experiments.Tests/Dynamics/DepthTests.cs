using KoopmanMesh.Experiments.Dynamics;
using KoopmanMesh.Experiments.Dynamics.Depth;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Experiments.Tests.Dynamics;

public sealed class DepthTests
{
    private static readonly ILinearAlgebra _la = LinearAlgebraProvider.Detect(null);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Outcome_LinearFlows_AreAsDeepAsPlanted(string name)
    {
        foreach (var c in DepthCase.All.Where(c => c is { Noise: 0, Curvature: 0 }))
        {
            Assert.All((int[])[1, 4, 8], n => AssertDepth(n, c, Algebras.Get(name)));
        }
    }

    [Fact]
    public void Outcome_FlowLinearInOtherCoordinates_IsFoundInTheSpaceThatItKeeps() =>
        AssertDepth(8, Case("conjugated, real, n = 3, poly:2"), _la);

    [Fact]
    public void Outcome_ProductsOfEigenfunctions_CountTwice() => Assert.Equal(
        16, Experiment().Outcome(Case("conjugated, real, n = 3, poly:4"), 8, 1, _la, Token).Recovered);

    [Fact]
    public void Sample_SeveralSteps_AreOneStepSeveralTimes()
    {
        var c = Case("conjugated, complex, n = 3, poly:2");
        var (x, four) = new FlowMap(c, 4, 0.3, 5, _la).Sample(20, 6);
        var step = new FlowMap(c, 1, 0.3, 5, _la);
        var (same, one) = step.Sample(20, 6);

        Assert.Equal(x.AsSpan().ToArray(), same.AsSpan().ToArray());
        // A step takes the distance to the flow's fixed point 0 along; after four it is smaller than after one.
        Assert.True(four.AsSpan().ToArray().Sum(Math.Abs) < one.AsSpan().ToArray().Sum(Math.Abs));
    }

    [Fact]
    public void Run_OneSeed_ReportsEveryMap()
    {
        var folder = Directory.CreateTempSubdirectory("koopmanmesh-depth-");
        try
        {
            var report = Experiment().Run(
                new ExperimentContext { Seeds = 1, Store = new SeedStore(folder.FullName), Algebra = _la }, Token);

            Assert.StartsWith(
                "The rule finds N exactly in 18 of 18 maps of linear flows with real spectra", report.Summary,
                StringComparison.Ordinal);
            Assert.All(DepthCase.All, c => Assert.Contains(
                $"| {c.Name} ", report.Sections.Single(s => s.Heading == "Layers advised").Markdown,
                StringComparison.Ordinal));
            Assert.Single(folder.GetFiles());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void AssertDepth(int planted, DepthCase c, ILinearAlgebra la)
    {
        var outcome = Experiment().Outcome(c, planted, seed: 3, la, Token);

        Assert.Equal(planted, outcome.Recovered);
        Assert.Equal(planted, outcome.Unrounded!.Value, 1e-8);
    }

    private static DepthExperiment Experiment() => new(DepthCase.All, 300);

    private static DepthCase Case(string name) => DepthCase.All.Single(c => c.Name == name);
}
