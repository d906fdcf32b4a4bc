using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Operators;

public sealed partial record KoopmanOperator
{
    /// <summary>
    /// The eigenfunctions at states, r × m: row j of W^(-1) E' psi(h) is phi_j, with phi_j(next state) = lambda_j
    /// phi_j(state) as far as the operator holds, and x ≈ C W phi (methods A5). Eigenvectors that are dependent to
    /// rounding (a defective operator) share what they span in the least-squares sense. O(N r m + r^3).
    /// </summary>
    /// <param name="states">
    /// (n q) × m: q states stacked in each column, newest first; states themselves for q = 1.
    /// </param>
    /// <param name="la">The linear algebra to run on.</param>
    /// <exception cref="ShapeMismatchException">The states are not n q long.</exception>
    /// <exception cref="NonFiniteDataException">The states, or what follows from them, are not finite.</exception>
    public ComplexMatrix Eigenfunctions(Matrix states, ILinearAlgebra la)
    {
        ArgumentNullException.ThrowIfNull(states);
        ArgumentNullException.ThrowIfNull(la);
        Guard.Finite(states, "the matrix of states");
        var z = la.Multiply(Encoder, Observables.Lift(states, la), transposeA: true);
        Guard.Finite(z, "the coordinates of the states");
        return EigenCoordinates.Of(Spectrum.Vectors, la).Of(z, la);
    }
}
