namespace KoopmanMesh.Numerics.Training.Verdicts;

/// <summary>How bad the beginning of a run looks, and what that is made of.</summary>
/// <param name="Total">Larger is worse.</param>
/// <param name="LossLeft">L_k / L_0: how much of the first loss is left.</param>
/// <param name="NearOneMass">rho of the window.</param>
/// <param name="Instability">Largest trusted |lambda| of the window.</param>
/// <param name="Rest">log10 of the norm over the movement: how little the run moves for its size.</param>
/// <param name="Fixed">Whether the fixed rule of methods P1.4 calls the run bad.</param>
public sealed record AlarmScore(
    double Total, double LossLeft, double NearOneMass, double Instability, double Rest, bool Fixed);
