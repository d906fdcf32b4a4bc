namespace KoopmanMesh.Capture.HandOff;

/// <summary>A file that a verifier is given.</summary>
/// <param name="Name">Without a folder.</param>
/// <param name="Open">Its bytes; to be disposed.</param>
internal sealed record HandOffFile(string Name, Func<Stream> Open)
{
    public static HandOffFile Of(string name, byte[] content) => new(name, () => new MemoryStream(content));
}
