namespace KoopmanMesh.Numerics.Estimators;

/// <summary>Where a variable projection ended.</summary>
/// <param name="Blocks">The exponents.</param>
/// <param name="Errors">||H - Phi B||_F / ||H||_F at the start and after each step, descending.</param>
/// <param name="Converged">False when the steps ran out, or none went down where the gradient was not zero.</param>
/// <param name="LastChange">Relative decrease of the error in the last step; infinite when none was taken.</param>
internal sealed record VariableProjectionFit(
    VariableProjectionBlock[] Blocks, IReadOnlyList<double> Errors, bool Converged, double LastChange)
{
    public int Iterations => Errors.Count - 1;
}
