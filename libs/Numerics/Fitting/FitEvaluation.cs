namespace KoopmanMesh.Numerics.Fitting;

/// <summary>How well an affine fit predicts snapshots it may not have seen.</summary>
/// <param name="RelativeError">
/// ||Y - Yhat||_F / ||Y||_F, raw (not centred) norms; 0 when Y = 0 and is predicted so.
/// </param>
/// <param name="RSquared">1 - ||Y - Yhat||_F^2 / ||Y - mean||_F^2; null when Y is constant.</param>
/// <param name="Count">Total weight of the snapshots it was measured on.</param>
public sealed record FitEvaluation(double RelativeError, double? RSquared, double Count);
