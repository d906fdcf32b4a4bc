namespace KoopmanMesh.Credit.Bounding.Sound;

/// <summary>A region that was replaced, by the tensors around it, which both networks have.</summary>
internal sealed record SoundRegion(string Name, string From, string To);
