namespace KoopmanMesh.Servers;

/// <summary>A server could not be started or stopped; the message says why and what it said last.</summary>
public sealed class ServerException(string message, Exception? inner = null) : Exception(message, inner);
