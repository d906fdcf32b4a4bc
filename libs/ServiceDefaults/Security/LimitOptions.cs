namespace KoopmanMesh.ServiceDefaults.Security;

/// <summary>
/// What clients may take of a host. A client is who its certificate or token says, else its address (of IPv6 the /64
/// network). docs/security.md has the worst case in memory that follows.
/// </summary>
public sealed class LimitOptions
{
    /// <summary>Configuration section.</summary>
    public const string SectionName = "Limits";

    /// <summary>Connections at once to one listening address, at least 1. Default: 1024.</summary>
    public int MaxConnections { get; set; } = 1024;

    /// <summary>Connections at once from one client address, at least 1. Default: 128.</summary>
    public int MaxConnectionsPerAddress { get; set; } = 128;

    /// <summary>Calls at once on one connection, at least 1; clients open another beyond. Default: 100.</summary>
    public int MaxStreamsPerConnection { get; set; } = 100;

    /// <summary>Calls at once of one client, at least 1. Default: 2048.</summary>
    public int MaxCallsPerClient { get; set; } = 2048;

    /// <summary>
    /// Bytes of one client's calls that are in flight: received and not yet consumed, or written and not yet taken by
    /// the transport; at least 1 MiB. Default: 512 MiB.
    /// </summary>
    public long MaxBytesInFlightPerClient { get; set; } = 512L << 20;

    /// <summary>
    /// Bytes of a stream that may be under way unread, 64 KiB to 16 MiB: some chunks, so that a sender on the same
    /// machine never waits for an acknowledgement, and little enough that a slow reader holds its writer. Default:
    /// 1 MiB.
    /// </summary>
    public int StreamWindowBytes { get; set; } = 1 << 20;

    /// <summary>
    /// Bytes of all streams of a connection that may be under way unread, from <see cref="StreamWindowBytes"/> to
    /// 64 MiB. Default: 8 MiB.
    /// </summary>
    public int ConnectionWindowBytes { get; set; } = 8 << 20;

    /// <summary>
    /// Bytes of a call's responses that wait in the server for the client to take them before the service is made to
    /// wait, 16 KiB to 16 MiB. Default: 64 KiB.
    /// </summary>
    public int ResponseBufferBytes { get; set; } = 64 << 10;

    /// <summary>Bytes of a request's headers together, 4 KiB to 1 MiB. Default: 32 KiB.</summary>
    public int MaxHeaderBytes { get; set; } = 32 << 10;

    /// <summary>Headers of a request, 16 to 1000. Default: 100.</summary>
    public int MaxHeaders { get; set; } = 100;

    /// <summary>
    /// Longest time for a request's headers, and for a TLS handshake; more than 0. Default: 10 s.
    /// </summary>
    public TimeSpan HandshakeTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a connection without calls is kept; more than 0. Default: 10 minutes.</summary>
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Silence on a connection after which the server pings its client, at least 1 s; 0 for never. Default: 30 s.
    /// </summary>
    public TimeSpan PingDelay { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the answer to a ping may take, at least 1 s. Default: 20 s.</summary>
    public TimeSpan PingTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// Age at which a connection is told to take no more calls (GOAWAY), so that clients spread over hosts anew; calls
    /// under way end as they would. Up to a tenth sooner, so that not all go at once. 0 for never. Default: 0.
    /// </summary>
    public TimeSpan MaxConnectionAge { get; set; } = TimeSpan.Zero;
}
