using System.Numerics;

using KoopmanMesh.Numerics.Estimators;
using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Tests.LinearAlgebra;
using KoopmanMesh.Numerics.Tests.Spectra;

using static KoopmanMesh.Numerics.Tests.Estimators.RegressionProblems;

namespace KoopmanMesh.Numerics.Tests.Estimators;

public sealed class ControlEstimatorTests
{
    private static readonly Matrix _map = Matrix.FromRows([[0.9, 0.4, 0], [0, 0.7, -0.3], [0, 0.3, 0.7]]);
    private static readonly Matrix _drive = Matrix.FromRows([[1, 0], [0.5, 0.2], [0, -2]]);

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_DrivenLinearSystem_FindsBothMatricesAndPredicts(string name)
    {
        var la = Algebras.Get(name);
        var (states, inputs) = Driven(_map, _drive, 40, 1);
        var data = SnapshotData.FromTrajectories(states) with { Inputs = [inputs] };

        var fit = new ControlEstimator().Fit(data, la);

        Matrices.Close(_map, Map(fit), 1e-12);
        Matrices.Close(_drive, fit.InputImage!, 1e-12);
        var wave = Complex.FromPolarCoordinates(Math.Sqrt(0.58), Math.Atan2(0.3, 0.7));
        Close(fit.Spectrum.Eigenvalues.Span, 1e-12, 0.9, wave, Complex.Conjugate(wave));
        var predicted = fit.Predict(states.SelectColumns(10, 1), 20, la, inputs.SelectColumns(10, 20));
        Matrices.Close(states.SelectColumns(11, 20), predicted, 1e-11);
        Assert.InRange(fit.Diagnostics.HoldOutError!.Value, 0, 1e-12);
        Assert.Empty(fit.Diagnostics.Warnings);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_LongRecordWithProcessNoise_FindsBothMatricesToTheNoise(string name)
    {
        var la = Algebras.Get(name);
        var (states, inputs) = Driven(_map, _drive, 6001, 6);
        var (x, y) = (states.SelectColumns(0, 6000), states.SelectColumns(1, 6000));
        Add(y, Matrices.Gaussian(3, 6000, 7), 0.1);
        var data = SnapshotData.FromPairs(x, y) with { Inputs = [inputs.SelectColumns(0, 6000)] };

        var fit = new ControlEstimator { HoldOut = 0 }.Fit(data, la);

        // The standard error of a coefficient is 0.1 / sqrt(6000) over the size of its regressor.
        Matrices.Close(_map, Map(fit), 0.005);
        Matrices.Close(_drive, fit.InputImage!, 0.005);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_InputsInAnotherUnit_ChangesTheirImageOnly(string name)
    {
        var la = Algebras.Get(name);
        var (states, inputs) = Driven(_map, _drive, 40, 2);
        foreach (var unit in (double[])[1e-12, 1e12])
        {
            var scaled = Matrices.Scaled(inputs, Enumerable.Repeat(unit, 40).ToArray());
            var data = SnapshotData.FromTrajectories(states) with { Inputs = [scaled] };

            var fit = new ControlEstimator().Fit(data, la);

            Matrices.Close(_map, Map(fit), 1e-11);
            Matrices.Close(_drive, Matrices.Scaled(fit.InputImage!, [unit, unit]), 1e-11);
        }
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_SecondOrderSystemByTwoDelays_IsExact(string name)
    {
        var la = Algebras.Get(name);
        var (states, inputs) = (new Matrix(1, 40), Matrices.Gaussian(1, 40, 3));
        for (var k = 1; k < 39; k++)
        {
            states[0, k + 1] = (1.6 * states[0, k]) - (0.63 * states[0, k - 1]) + (2 * inputs[0, k]);
        }

        var data = SnapshotData.FromTrajectories(states) with { Inputs = [inputs] };
        var fit = new ControlEstimator { Delays = 2 }.Fit(data, la);

        Close(fit.Spectrum.Eigenvalues.Span, 1e-11, 0.9, 0.7);
        Assert.Equal(2, fit.InputImage![0, 0], 1e-11);
        var predicted = fit.Predict(states.SelectColumns(4, 2), 10, la, inputs.SelectColumns(5, 10));
        Matrices.Close(states.SelectColumns(6, 10), predicted, 1e-11);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_FeedbackAlone_DoesNotExciteAndKnowingItsEffectHelps(string name)
    {
        // The example of Proctor, Brunton and Kutz 2016: an unstable system held by u = -x_1.
        var la = Algebras.Get(name);
        var (map, drive) = (Matrix.FromRows([[1.5, 0], [0, 0.1]]), Matrix.FromRows([[1], [0]]));
        var closed = Matrix.FromRows([[0.5, 0], [0, 0.1]]);
        var states = Planted.Trajectory(closed, Matrix.FromRows([[4], [7]]), 5);
        var inputs = new Matrix(1, 5, Enumerable.Range(0, 5).Select(k => -states[0, k]).ToArray());
        var data = SnapshotData.FromTrajectories(states) with { Inputs = [inputs] };

        var unknown = new ControlEstimator().Fit(data, la);
        var known = new ControlEstimator { KnownInputImage = drive }.Fit(data, la);

        Assert.Equal(
            "the inputs do not excite the system persistently: [X; u] has rank 2, not 2 + 1, and what states and "
            + "inputs share is split between them by least norm",
            Assert.Single(unknown.Diagnostics.Warnings));
        Close(known.Spectrum.Eigenvalues.Span, 1e-10, 1.5, 0.1);
        Matrices.Close(map, Map(known), 1e-10);
        Assert.Empty(known.Diagnostics.Warnings);
    }

    [Theory]
    [MemberData(nameof(Algebras.All), MemberType = typeof(Algebras))]
    public void Fit_SuccessorsOutsideTheSpanOfStates_ArePredictedAllTheSame(string name)
    {
        // The paper's output basis, Y's, is [1; 0] here, and A [1; 0] = 0: nothing would be predicted.
        var la = Algebras.Get(name);
        var (x, u) = (Matrices.Gaussian(2, 20, 4), Matrices.Gaussian(1, 20, 5));
        var y = Matrices.Product(Matrix.FromRows([[0, 0.8], [0, 0]]), x);
        var data = SnapshotData.FromPairs(x, y) with { Inputs = [u] };

        var fit = new ControlEstimator().Fit(data, la);

        Assert.Equal(0.8 * 3, fit.Predict(Matrix.FromRows([[1], [3]]), 1, la, new Matrix(1, 1))[0, 0], 1e-12);
    }

    [Fact]
    public void Fit_NoInputs_IsRefused()
    {
        var error = Assert.Throws<ShapeMismatchException>(
            () => new ControlEstimator().Fit(SnapshotData.FromPairs(_map, _map), Algebras.Get("managed")));

        Assert.Equal("the data of dmd-with-control was expected to be with inputs, got none", error.Message);
    }

    [Fact]
    public void Fit_KnownImageOfAnotherShape_IsRefused()
    {
        var data = SnapshotData.FromPairs(_map, _map) with { Inputs = [new Matrix(2, 3)] };

        var error = Assert.Throws<ShapeMismatchException>(
            () => new ControlEstimator { KnownInputImage = new Matrix(3, 1) }.Fit(data, Algebras.Get("managed")));

        Assert.Equal("the known image of the inputs was expected to be 3 x 2, got 3 x 1", error.Message);
    }

    private static (Matrix States, Matrix Inputs) Driven(Matrix map, Matrix drive, int length, int seed)
    {
        var (states, inputs) = (new Matrix(map.Rows, length), Matrices.Gaussian(drive.Columns, length, seed));
        for (var k = 0; k + 1 < length; k++)
        {
            var next = Matrices.Product(map, states.SelectColumns(k, 1));
            Add(next, Matrices.Product(drive, inputs.SelectColumns(k, 1)), 1);
            next.Column(0).CopyTo(states.Column(k + 1));
        }

        return (states, inputs);
    }
}
