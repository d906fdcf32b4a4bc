using KoopmanMesh.Wire;

namespace KoopmanMesh.Fuzz.Requests;

/// <summary>One request as it goes onto the wire.</summary>
/// <param name="Headers">Pseudo-headers first, unless that is the mistake.</param>
/// <param name="Body">The bytes of all DATA frames together.</param>
/// <param name="Cuts">Where the body is cut into frames.</param>
/// <param name="Ending">How the client leaves.</param>
internal sealed record FuzzRequest(
    HeaderList Headers, byte[] Body, IReadOnlyList<int> Cuts, Ending Ending);

/// <summary>How a client ends its side of a request.</summary>
internal enum Ending
{
    /// <summary>With END_STREAM on the last frame.</summary>
    EndStream,

    /// <summary>With RST_STREAM.</summary>
    Reset,

    /// <summary>With a frame that HTTP/2 forbids, which costs the connection.</summary>
    BrokenFrame,
}
