using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Operators;

namespace KoopmanMesh.Koopman.Operators;

/// <summary>Where the rows of one fit go.</summary>
internal abstract class FitSink
{
    /// <summary>Consecutive states of the trajectory under way, width × rows.</summary>
    public abstract void AddStates(Matrix states, Matrix? inputs, double[]? times);

    /// <summary>What comes next follows nothing.</summary>
    public abstract void EndTrajectory();

    /// <summary>States and their successors, width × rows.</summary>
    public abstract void AddPairs(Matrix states, Matrix successors, Matrix? inputs);

    /// <summary>Fits what was added.</summary>
    public abstract KoopmanOperator Fit(ILinearAlgebra la);
}
