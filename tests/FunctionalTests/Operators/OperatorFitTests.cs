using System.Numerics;
using KoopmanMesh.FunctionalTests.Hosting;
using KoopmanMesh.Operator.V1;

namespace KoopmanMesh.FunctionalTests.Operators;

/// <summary>What is fitted over gRPC is what is known in closed form.</summary>
public sealed class OperatorFitTests(MeshFixture mesh) : IDisposable
{
    private static readonly double[][] _map = [[0.9, 0.2], [0, 0.5]];
    private readonly OperatorCalls _calls = new(mesh.Address);

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
}
