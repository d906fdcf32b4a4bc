using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Operators;

namespace KoopmanMesh.Numerics.Estimators;

/// <summary>
/// The one contract of every method: an immutable record of options goes in with the data, an immutable operator comes
/// out. Fitting changes neither; the same data, options and machine give the same bits.
/// </summary>
public interface IEstimator
{
    /// <summary>The method's name in reports, files and on the command line.</summary>
    string Name { get; }

    /// <summary>Fits an operator.</summary>
    /// <exception cref="Fitting.ShapeMismatchException">The data has not the shape that the method needs.</exception>
    /// <exception cref="Fitting.NonFiniteDataException">The data, or what follows from it, is not finite.</exception>
    KoopmanOperator Fit(SnapshotData data, ILinearAlgebra la);
}
