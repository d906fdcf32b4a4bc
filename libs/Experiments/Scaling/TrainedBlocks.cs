namespace KoopmanMesh.Experiments.Scaling;

/// <summary>A scaled network and how its blocks learnt.</summary>
/// <param name="Network">With the blocks that were kept.</param>
/// <param name="FirstLoss">Their mean Huber loss in the first epoch.</param>
/// <param name="Loss">In the last.</param>
/// <param name="Draws">How many blocks were trained to choose from.</param>
public sealed record TrainedBlocks(ScaledNetwork Network, double FirstLoss, double Loss, int Draws);
