using System.Numerics.Tensors;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Training.Snapshots;

namespace KoopmanMesh.Numerics.Training.Windows;

/// <summary>Observables of training other than its weights (methods P1.2), as trajectories of few values.</summary>
public static class Observables
{
    // Values of a tensor that are in memory at once.
    private const int Piece = 1 << 16;

    /// <summary>The Euclidean norm of every tensor, tensors × snapshots. O(p) a snapshot.</summary>
    public static MatrixTrajectory TensorNorms(ITrajectory trajectory, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(trajectory);
        var layout = trajectory.Layout;
        var norms = new Matrix(layout.Tensors.Length, trajectory.Snapshots.Count);
        var piece = new double[(int)Math.Min(Piece, layout.Count)];
        for (var k = 0; k < norms.Columns; k++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (var tensor = 0; tensor < norms.Rows; tensor++)
            {
                norms[tensor, k] = Norm(trajectory, k, tensor, piece);
            }
        }

        var names = layout.Tensors.Select(tensor => tensor.Name);
        return new MatrixTrajectory(norms, Plain([.. names]), trajectory.Snapshots);
    }

    /// <summary>
    /// Loss, validation loss and accuracy, those that every snapshot has, in this order; null when there is none.
    /// </summary>
    public static MatrixTrajectory? Scalars(IReadOnlyList<Snapshot> snapshots)
    {
        ArgumentNullException.ThrowIfNull(snapshots);
        (string Name, Func<Snapshot, double?> Of)[] known =
        [
            ("loss", snapshot => snapshot.Loss),
            ("validation_loss", snapshot => snapshot.ValidationLoss),
            ("accuracy", snapshot => snapshot.Accuracy),
        ];
        var there = Array.FindAll(known, scalar => snapshots.Count > 0 && snapshots.All(s => scalar.Of(s) is not null));
        if (there.Length == 0)
        {
            return null;
        }

        var values = new Matrix(there.Length, snapshots.Count);
        for (var k = 0; k < values.Columns; k++)
        {
            for (var i = 0; i < there.Length; i++)
            {
                values[i, k] = there[i].Of(snapshots[k])!.Value;
            }
        }

        return new MatrixTrajectory(values, Plain(Array.ConvertAll(there, scalar => scalar.Name)), snapshots);
    }

    private static double Norm(ITrajectory trajectory, int snapshot, int tensor, double[] piece)
    {
        var (start, count) = (trajectory.Layout.Start(tensor), trajectory.Layout.Tensors[tensor].Count);
        var sum = 0.0;
        for (var first = 0L; first < count; first += piece.Length)
        {
            var values = piece.AsSpan(0, (int)Math.Min(piece.Length, count - first));
            trajectory.Read(snapshot, start + first, values);
            sum += TensorPrimitives.SumOfSquares<double>(values);
        }

        return Math.Sqrt(sum);
    }

    private static ParameterLayout Plain(string[] names) =>
        new(names.Select(name => new ParameterTensor(name, [])));
}
