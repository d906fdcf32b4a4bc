using KoopmanMesh.Networks.Execution;
using KoopmanMesh.Networks.Graphs;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Networks.Lowering;

/// <summary>
/// A network as a list of steps between flat vectors, each affine or a kink (<see cref="LoweredStep"/>), which can be
/// evaluated in double precision, differentiated and bounded. A vector is one row: the row-major values of a tensor
/// when the network runs on one row. Immutable.
/// </summary>
public sealed class LoweredNetwork
{
    private LoweredNetwork(NetworkModel model, IReadOnlyList<LoweredStep> steps)
    {
        (Name, Steps) = (model.Name, steps);
        (InputName, InputWidth) = (model.Input.Name, model.Input.Width);
        (OutputName, OutputWidth) = (model.Output.Name, model.Output.Width);
    }

    /// <summary>The network's name, for messages.</summary>
    public string Name { get; }

    /// <summary>The steps, in an order in which they can be taken.</summary>
    public IReadOnlyList<LoweredStep> Steps { get; }

    /// <summary>The tensor the rows go in at.</summary>
    public string InputName { get; }

    /// <summary>Values in an input row.</summary>
    public int InputWidth { get; }

    /// <summary>The tensor the result comes out at.</summary>
    public string OutputName { get; }

    /// <summary>Values in an output row.</summary>
    public int OutputWidth { get; }

    /// <summary>Lowers a network.</summary>
    /// <exception cref="UnloweredOperatorException">
    /// An operator is outside the list, or reads something else than data and constants in the way it must.
    /// </exception>
    public static LoweredNetwork Lower(NetworkModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return new LoweredNetwork(model, new GraphLowering(model, TensorShapes.Of(model)).Run());
    }

    /// <summary>The output of each row.</summary>
    /// <param name="rows">One row a column, InputWidth × m.</param>
    /// <param name="la">What multiplies.</param>
    /// <param name="cancellationToken">Looked at between steps.</param>
    /// <returns>OutputWidth × m. A NaN or infinity in a row stays in its column.</returns>
    public Matrix Evaluate(Matrix rows, ILinearAlgebra la, CancellationToken cancellationToken = default) =>
        Run(rows, la, cancellationToken).Output;

    /// <summary>The same, with all that was computed on the way: for gradients, and for tensors inside.</summary>
    public LoweredRun Run(Matrix rows, ILinearAlgebra la, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(la);
        if (rows.Rows != InputWidth)
        {
            throw new ArgumentException(
                $"a row of '{Name}' has {InputWidth} values, got columns of {rows.Rows}", nameof(rows));
        }

        return new LoweredRun(this, rows, la, cancellationToken);
    }
}
