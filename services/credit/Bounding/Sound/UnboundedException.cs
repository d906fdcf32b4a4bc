namespace KoopmanMesh.Credit.Bounding.Sound;

/// <summary>There is no finite bound; the message becomes the refusal.</summary>
internal sealed class UnboundedException(string message) : Exception(message);
