using KoopmanMesh.Networks;
using KoopmanMesh.Numerics.Accumulation;

namespace KoopmanMesh.Capture.Capturing;

/// <summary>A boundary of the chain: what a snapshot there is.</summary>
/// <param name="Layout">The tensor.</param>
/// <param name="Compression">The principal directions a wide tensor is told in; null for one told as it is.</param>
internal sealed record Cut(TensorLayout Layout, PcaBasis? Compression)
{
    /// <summary>Features of a snapshot.</summary>
    public int Width => Compression?.Rank ?? Layout.Width;
}
