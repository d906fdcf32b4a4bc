namespace KoopmanMesh.Credit.Bounding.Sound;

/// <summary>Activations with a kink (Relu, LeakyRelu, PRelu, Abs) whose sign is not settled on a box.</summary>
/// <param name="Refusal">Why they can't be counted, one sentence; empty when they can.</param>
/// <param name="Unstable">Of all.</param>
/// <param name="All">All.</param>
/// <param name="UnstableByLayer">One an activation node, in the order of the graph.</param>
internal sealed record UnstableCount(string Refusal, long Unstable, long All, IReadOnlyList<long> UnstableByLayer)
{
    public static UnstableCount Refused(string reason) => new(reason, 0, 0, []);
}
