using KoopmanMesh.Koopman.Operators;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Operator.V1;
using KoopmanMesh.ServiceDefaults.Errors;
using KoopmanMesh.Tensor.V1;

namespace KoopmanMesh.Koopman.Tests.Operators;

public sealed class BufferedFitTests
{
    private static readonly FitPlan _plan = FitPlan.Of(new FitHeader
    {
        Options = new FitOptions { Method = "optimized" },
        Data = new DataFormat { Width = 2, ElementType = ElementType.Float64 },
    });

    [Fact]
    public void AddStates_BeyondTheLimit_SaysItAndWhatToUseInstead()
    {
        var buffer = new BufferedFit(_plan, observables: 2, maxBytes: 100);
        buffer.AddStates(new Matrix(2, 6), null, null);

        var error = Assert.Throws<CapacityException>(() => buffer.AddStates(new Matrix(2, 1), null, null));

        Assert.Equal(("DATA_TOO_LARGE", ErrorKind.ResourceExhausted), (error.Reason, error.Kind));
        Assert.Equal(
            "the method optimized keeps its data in memory, which is with 2 observables a row more than the 100 bytes "
            + "it may have as float64; use fewer rows, or one that streams such as dmd",
            error.Message);
    }

    [Fact]
    public void Fit_ChunksOfATrajectory_AreJoined()
    {
        var la = LinearAlgebraProvider.Detect(LinearAlgebraProvider.ManagedChoice);
        var buffer = new BufferedFit(_plan, observables: 2, maxBytes: 10_000);
        for (var k = 0; k < 20; k++)
        {
            buffer.AddStates(Matrix.FromRows([[Math.Pow(0.9, k)], [2 * Math.Pow(0.5, k)]]), null, null);
        }

        var values = buffer.Fit(la).Spectrum.Eigenvalues.Span;

        Assert.Equal(0.9, values[0].Real, 1e-8);
        Assert.Equal(0.5, values[1].Real, 1e-8);
    }
}
