using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Spectra;

/// <summary>How much of the given states each mode carries.</summary>
/// <param name="Importance">Mean over the states of |b_i|, in the order of the eigenvalues.</param>
/// <param name="Order">Indices by descending importance.</param>
/// <param name="Amplitudes">b, r × states: state ≈ Z b with unit modes Z.</param>
public sealed record ModeImportances(
    ReadOnlyMemory<double> Importance, ReadOnlyMemory<int> Order, ComplexMatrix Amplitudes);
