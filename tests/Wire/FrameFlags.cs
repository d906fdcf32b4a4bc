namespace KoopmanMesh.Wire;

/// <summary>The flags of a frame; what a bit means depends on the frame's type (RFC 9113, section 6).</summary>
[Flags]
public enum FrameFlags
{
    None = 0x0,

    /// <summary>DATA, HEADERS: the sender's half of the stream ends here.</summary>
    EndStream = 0x1,

    /// <summary>SETTINGS, PING: this answers the peer's.</summary>
    Acknowledge = 0x1,

    /// <summary>HEADERS, CONTINUATION: the header block ends here.</summary>
    EndHeaders = 0x4,

    /// <summary>DATA, HEADERS: the first byte says how many bytes at the end are padding.</summary>
    Padded = 0x8,

    /// <summary>HEADERS: five bytes of priority come first.</summary>
    Priority = 0x20,
}
