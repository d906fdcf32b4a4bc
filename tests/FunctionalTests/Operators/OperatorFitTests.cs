using System.Numerics;
using KoopmanMesh.FunctionalTests.Hosting;
using KoopmanMesh.Numerics.Catalogue;
using KoopmanMesh.Operator.V1;
using KoopmanMesh.Tensor.V1;

namespace KoopmanMesh.FunctionalTests.Operators;

/// <summary>What is fitted over gRPC is what is known in closed form.</summary>
public sealed class OperatorFitTests(MeshFixture mesh) : IDisposable
{
    private static readonly double[][] _map = [[0.9, 0.2], [0, 0.5]];

    // 120 steps are six whole turns, so that the samples' own measure is kept too.
    private const double Angle = 2 * Math.PI * 6 / 120;

    private static readonly double[][] _rotation =
        [[Math.Cos(Angle), -Math.Sin(Angle)], [Math.Sin(Angle), Math.Cos(Angle)]];

    private readonly OperatorCalls _calls = new(mesh.Address);

    public static TheoryData<string> Methods => [.. EstimatorCatalogue.Methods.Select(m => m.Name)];

    public void Dispose() => _calls.Dispose();

    [Fact]
    public async Task Fit_T1LinearMap_RecoversItsEigenvalues()
    {
        var rows = OperatorCalls.Trajectory(_map, [1, 2], 30);

        var fit = await _calls.FitAsync(
            OperatorCalls.Header("dmd", 2), OperatorCalls.Chunk(rows[..7]), OperatorCalls.Chunk(rows[7..]));

        var found = OperatorCalls.Eigenvalues(fit.Report);
        Assert.Equal(2, found.Length);
        OperatorCalls.Contains(found, 1e-10, 0.9, 0.5);
        Assert.Equal((30, 29, 1, 480), (
            fit.Report.Data.Rows, fit.Report.Data.Pairs, fit.Report.Data.Trajectories, fit.Report.Data.Bytes));
        Assert.Equal(Math.Log(0.9), fit.Report.Eigenpairs[0].Continuous.Re, 1e-9);
        Assert.InRange(fit.Report.Quality.HoldOutError, 0, 1e-10);
    }

    /// <summary>T2: a rotation, which no method is biased for.</summary>
    [Theory]
    [MemberData(nameof(Methods))]
    public async Task Fit_T2RotationByEveryMethod_FindsItsEigenvalues(string method)
    {
        var control = method == "control";
        var header = OperatorCalls.Header(method, 2);
        header.Options.Delays = method == "havok" ? 20 : 0;
        header.Data.InputWidth = control ? 1 : 0;
        var random = new Random(1);
        var inputs = Enumerable.Range(0, 121).Select(_ => new[] { random.NextDouble() - 0.5 }).ToArray();
        var rows = OperatorCalls.Trajectory(_rotation, [1, 0.5], 121);
        for (var k = 1; control && k < rows.Length; k++)
        {
            rows[k] = [.. _rotation.Select((row, i) => (row[0] * rows[k - 1][0]) + (row[1] * rows[k - 1][1])
                + (i == 0 ? 0.7 * inputs[k - 1][0] : 0))];
        }

        var chunk = OperatorCalls.Chunk(rows);
        chunk.Inputs = control ? OperatorCalls.Bytes(inputs) : chunk.Inputs;
        var fit = await _calls.FitAsync(header, chunk);

        OperatorCalls.Contains(
            OperatorCalls.Eigenvalues(fit.Report), method == "havok" ? 1e-3 : 1e-8,
            Complex.Exp(Angle * Complex.ImaginaryOne), Complex.Exp(-Angle * Complex.ImaginaryOne));
    }

    [Theory]
    [InlineData(SummaryKind.Gram, ElementType.Float64)]
    [InlineData(SummaryKind.Qr, ElementType.Float64)]
    [InlineData(SummaryKind.Sketch, ElementType.Float64)]
    [InlineData(SummaryKind.Qr, ElementType.Float32)]
    public async Task Fit_PairsOfEverySummaryAndType_GiveTheMap(SummaryKind summary, ElementType type)
    {
        var random = new Random(2);
        var x = Enumerable.Range(0, 40).Select(_ => new[] { random.NextDouble(), random.NextDouble() }).ToArray();
        var y = Array.ConvertAll(x, row => OperatorCalls.Trajectory(_map, row, 2)[1]);
        var header = OperatorCalls.Header("dmd", 2, DataKind.Pairs);
        (header.Summary, header.Data.ElementType) = (summary, type);
        var chunk = OperatorCalls.Chunk(x, y);
        if (type == ElementType.Float32)
        {
            (chunk.States, chunk.Successors) = (OperatorCalls.Singles(x), OperatorCalls.Singles(y));
        }

        var fit = await _calls.FitAsync(header, chunk);

        var tolerance = type == ElementType.Float32 ? 1e-5 : 1e-9;
        OperatorCalls.Contains(OperatorCalls.Eigenvalues(fit.Report), tolerance, 0.9, 0.5);
        Assert.Equal(0, fit.Report.Data.Trajectories);
    }

    [Fact]
    public async Task Fit_TwoTrajectories_MakeNoPairAcross()
    {
        var (a, b) = (OperatorCalls.Trajectory(_map, [1, 2], 9), OperatorCalls.Trajectory(_map, [-3, 1], 8));

        var fit = await _calls.FitAsync(
            OperatorCalls.Header("dmd", 2), OperatorCalls.Chunk(a, end: true), OperatorCalls.Chunk(b));

        Assert.Equal((15, 2), (fit.Report.Data.Pairs, fit.Report.Data.Trajectories));
        OperatorCalls.Contains(OperatorCalls.Eigenvalues(fit.Report), 1e-10, 0.9, 0.5);
    }

    /// <summary>T16: two cosines of one sensor take four delays.</summary>
    [Fact]
    public async Task Fit_T16TwoCosinesWithDelays_FindsBoth()
    {
        var rows = Enumerable.Range(0, 60)
            .Select(k => new[] { Math.Cos(0.3 * k) + (0.5 * Math.Cos(1.1 * k)) }).ToArray();
        var header = OperatorCalls.Header("hankel", 1);
        header.Options.Delays = 4;
        header.Data.TimeStep = 0.1;

        var fit = await _calls.FitAsync(header, OperatorCalls.Chunk(rows[..2]), OperatorCalls.Chunk(rows[2..]));

        OperatorCalls.Contains(
            OperatorCalls.Eigenvalues(fit.Report), 1e-8, Complex.Exp(0.3 * Complex.ImaginaryOne),
            Complex.Exp(1.1 * Complex.ImaginaryOne));
        Assert.Contains(fit.Report.Eigenpairs, p => Math.Abs(p.Continuous.Im - 11) < 1e-6);
    }

    /// <summary>T10: a dictionary that closes the dynamics.</summary>
    [Fact]
    public async Task Fit_T10EdmdWithMonomials_FindsTheLattice()
    {
        var random = new Random(3);
        var x = Enumerable.Range(0, 60).Select(_ => new[] { random.NextDouble() - 0.5, random.NextDouble() }).ToArray();
        var y = Array.ConvertAll(x, s => new[] { 0.9 * s[0], (0.5 * s[1]) + (0.31 * s[0] * s[0]) });
        var header = OperatorCalls.Header("edmd", 2, DataKind.Pairs);
        header.Options.Dictionary = "identity+poly:2:1";

        var fit = await _calls.FitAsync(header, OperatorCalls.Chunk(x, y));

        OperatorCalls.Contains(OperatorCalls.Eigenvalues(fit.Report), 1e-9, 0.9, 0.81, 0.5);
        Assert.Equal(3, fit.Report.Observables);
    }

    [Fact]
    public async Task Fit_Bootstraps_GiveIntervalsAroundTheValues()
    {
        var random = new Random(4);
        var rows = OperatorCalls.Trajectory(_rotation, [1, 0], 200);
        rows = Array.ConvertAll(rows, r => Array.ConvertAll(r, v => v + (0.01 * (random.NextDouble() - 0.5))));
        var header = OperatorCalls.Header("dmd", 2);
        header.Options.Bootstraps = 50;

        var report = (await _calls.FitAsync(header, OperatorCalls.Chunk(rows))).Report;

        Assert.Equal(50, report.Replicates.Used + report.Replicates.Failed);
        Assert.All(
            report.Eigenpairs, p => Assert.InRange(p.Value.Re, p.ReInterval.Low - 1e-3, p.ReInterval.High + 1e-3));
        Assert.All(report.Eigenpairs, p => Assert.InRange(p.ReDeviation, 1e-9, 1e-2));
    }

    [Fact]
    public async Task Fit_UnevenTimes_GiveTheContinuousEigenvalue()
    {
        var times = Enumerable.Range(0, 40).Select(k => (0.1 * k) + (0.03 * Math.Sin(k))).ToArray();
        var chunk = OperatorCalls.Chunk(
            Array.ConvertAll(times, t => new[] { Math.Exp(-0.5 * t), 2 * Math.Exp(-2 * t) }));
        chunk.Times = OperatorCalls.Bytes([times]);

        var fit = await _calls.FitAsync(OperatorCalls.Header("optimized", 2), chunk);

        Assert.Equal([-0.5, -2], fit.Report.Eigenpairs.Select(p => Math.Round(p.Continuous.Re, 6)));
    }

    [Fact]
    public async Task Fit_SameDataTwice_IsTheSameOperator()
    {
        var rows = OperatorCalls.Trajectory(_map, [1, 2], 30);

        var first = await _calls.FitAsync(OperatorCalls.Header("dmd", 2), OperatorCalls.Chunk(rows));
        var second = await _calls.FitAsync(
            OperatorCalls.Header("dmd", 2), OperatorCalls.Chunk(rows[..5]), OperatorCalls.Chunk(rows[5..]));

        Assert.Equal(first.OperatorId, second.OperatorId);
    }

    [Fact]
    public async Task ListMethods_NamesTheCatalogueWithDefaults()
    {
        var listed = await _calls.Client.ListMethodsAsync(
            new ListMethodsRequest(), cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(EstimatorCatalogue.Methods.Select(m => m.Name), listed.Methods.Select(m => m.Name));
        var ridge = listed.Methods.Single(m => m.Name == "ridge");
        Assert.Equal("1E-10", ridge.Options.Single(o => o.Name == "penalty").DefaultValue);
        Assert.Equal("0.2", ridge.Options.Single(o => o is { Name: "hold_out", MethodSpecific: false }).DefaultValue);
        Assert.Contains("energy:0.99", listed.RankGrammar, StringComparison.Ordinal);
    }
}
