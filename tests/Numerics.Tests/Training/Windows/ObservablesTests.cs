using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Training.Snapshots;
using RunObservables = KoopmanMesh.Numerics.Training.Windows.Observables;

namespace KoopmanMesh.Numerics.Tests.Training.Windows;

public sealed class ObservablesTests
{
    [Fact]
    public void TensorNorms_TwoTensors_AreTheirEuclideanNorms()
    {
        var layout = new ParameterLayout([new ParameterTensor("a", [2]), new ParameterTensor("b", [1, 2])]);
        var run = new MatrixTrajectory(Matrix.FromRows([[3, 0], [4, 1], [5, 8], [12, 15]]), layout);

        var norms = RunObservables.TensorNorms(run, TestContext.Current.CancellationToken);

        Assert.Equal([5, 13], Column(norms, 0));
        Assert.Equal([1, 17], Column(norms, 1));
        Assert.Equal(["a", "b"], norms.Layout.Tensors.Select(tensor => tensor.Name));
        Assert.Same(run.Snapshots, norms.Snapshots);
    }

    [Fact]
    public void Scalars_KnownThroughout_AreKeptAndOthersNot()
    {
        Snapshot[] snapshots = [
            new(0) { Loss = 2, Accuracy = 0.5, ValidationLoss = 3 }, new(1) { Loss = 1, Accuracy = 0.75 }];

        var scalars = RunObservables.Scalars(snapshots)!;

        Assert.Equal(["loss", "accuracy"], scalars.Layout.Tensors.Select(tensor => tensor.Name));
        Assert.Equal([1, 0.75], Column(scalars, 1));
        Assert.Null(RunObservables.Scalars([new Snapshot(0), new Snapshot(1) { Loss = 1 }]));
        Assert.Null(RunObservables.Scalars([]));
    }

    private static double[] Column(MatrixTrajectory trajectory, int index)
    {
        var values = new double[trajectory.Layout.Count];
        trajectory.Read(index, 0, values);
        return values;
    }
}
