namespace KoopmanMesh.Interop.Client;

/// <summary>A case met something else than the published test demands.</summary>
internal sealed class InteropFailureException(string message) : Exception(message);
