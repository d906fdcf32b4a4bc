namespace KoopmanMesh.Numerics.Accumulation;

/// <summary>
/// What a summary left out of the joint products P = S W S', S = [X; U; Y]: P = P~ + E with E positive semidefinite.
/// </summary>
/// <param name="Energy">trace E / trace P, exact to rounding; 0 when nothing was left out.</param>
/// <param name="Bound">
/// An upper bound of ||E||_2 / trace P, at most as many times too large as there were compressions.
/// </param>
/// <param name="Compressions">How often directions were dropped.</param>
public readonly record struct SketchLoss(double Energy, double Bound, int Compressions);
