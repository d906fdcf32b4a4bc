namespace KoopmanMesh.Wire;

/// <summary>The frame types of HTTP/2 (RFC 9113, section 6).</summary>
public enum FrameType
{
    Data = 0x0,
    Headers = 0x1,
    Priority = 0x2,
    ResetStream = 0x3,
    Settings = 0x4,
    PushPromise = 0x5,
    Ping = 0x6,
    GoAway = 0x7,
    WindowUpdate = 0x8,
    Continuation = 0x9,
}
