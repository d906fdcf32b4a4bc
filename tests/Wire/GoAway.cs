namespace KoopmanMesh.Wire;

/// <summary>The server's farewell: it takes no stream after this one, and says why.</summary>
public sealed record GoAway(int LastStreamId, ErrorCode Error);
