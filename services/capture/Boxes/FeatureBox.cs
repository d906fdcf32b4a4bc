namespace KoopmanMesh.Capture.Boxes;

/// <summary>A box of network inputs: finite, lower ≤ upper, one number a feature, in the network's units.</summary>
/// <param name="Lower">Not to be written to.</param>
/// <param name="Upper">Not to be written to.</param>
internal sealed record FeatureBox(double[] Lower, double[] Upper)
{
    public int Features => Lower.Length;
}
