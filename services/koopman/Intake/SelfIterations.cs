using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Run.V1;

namespace KoopmanMesh.Koopman.Intake;

/// <summary>Trajectories of one component's aligned self-map.</summary>
/// <param name="Steps">Steps[k] is d × M: the states after k steps, NaN from where a trajectory was dropped.</param>
/// <param name="Source">What a step is.</param>
internal sealed record SelfIterations(IReadOnlyList<Matrix> Steps, StepSource Source)
{
    /// <summary>d, the aligned dimension.</summary>
    public int Width => Steps[0].Rows;

    /// <summary>M.</summary>
    public int Count => Steps[0].Columns;
}
