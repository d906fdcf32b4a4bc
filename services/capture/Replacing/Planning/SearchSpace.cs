namespace KoopmanMesh.Capture.Replacing.Planning;

/// <summary>What a search may combine.</summary>
/// <param name="Offers">Every stand-in of every region.</param>
/// <param name="Named">
/// The regions the user named, in chain order, all of which must be replaced; empty when the planner chooses.
/// </param>
/// <param name="Operations">Of the original, for one row.</param>
/// <param name="Score">Of the original.</param>
/// <param name="Evaluations">Plans that may be evaluated.</param>
internal sealed record SearchSpace(
    IReadOnlyList<StandInOffer> Offers, IReadOnlyList<Region> Named, long Operations, double Score, int Evaluations);
