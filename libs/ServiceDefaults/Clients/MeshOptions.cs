namespace KoopmanMesh.ServiceDefaults.Clients;

/// <summary>Where the services of the mesh are, and how they are called.</summary>
public sealed class MeshOptions
{
    /// <summary>Configuration section.</summary>
    public const string SectionName = "Mesh";

    /// <summary>Default of <see cref="UnaryDeadline"/>: 60 s.</summary>
    public static readonly TimeSpan DefaultUnaryDeadline = TimeSpan.FromSeconds(60);

    /// <summary>Default of <see cref="StreamDeadline"/>: 24 h.</summary>
    public static readonly TimeSpan DefaultStreamDeadline = TimeSpan.FromHours(24);

    /// <summary>Default of <see cref="DnsRefresh"/>: 30 s.</summary>
    public static readonly TimeSpan DefaultDnsRefresh = TimeSpan.FromSeconds(30);

    /// <summary>Default of <see cref="MaxAttempts"/>: 4.</summary>
    public const int DefaultMaxAttempts = 4;

    /// <summary>Default of <see cref="KeepAliveDelay"/>: 30 s.</summary>
    public static readonly TimeSpan DefaultKeepAliveDelay = TimeSpan.FromSeconds(30);

    /// <summary>Default of <see cref="KeepAliveTimeout"/>: 15 s.</summary>
    public static readonly TimeSpan DefaultKeepAliveTimeout = TimeSpan.FromSeconds(15);

    /// <summary>
    /// Address of the capture service: http://capture:8080, https://…, dns:///capture:8080, whose every address takes
    /// calls in turn, or static:///127.0.0.1:5001,127.0.0.1:5002, likewise. Default: this host's own.
    /// </summary>
    public Uri? Capture { get; set; }

    /// <summary>Address of the koopman service. Default: this host's own.</summary>
    public Uri? Koopman { get; set; }

    /// <summary>Address of the credit service. Default: this host's own.</summary>
    public Uri? Credit { get; set; }

    /// <summary>
    /// Whether dns:/// and static:/// addresses are called over TLS; the certificate must be of the name, not of the
    /// address behind it. Default: no.
    /// </summary>
    public bool DnsTls { get; set; }

    /// <summary>
    /// How often the addresses of a dns:/// name are asked for, 1 s or more; 0 for when a connection fails only, so
    /// that replicas added later stay without calls. Default: 30 s.
    /// </summary>
    public TimeSpan DnsRefresh { get; set; } = DefaultDnsRefresh;

    /// <summary>
    /// Deadline of unary calls that set none, all attempts together; 0 disables it. A call made while another is served
    /// also ends with that one's deadline. Default: 60 s.
    /// </summary>
    public TimeSpan UnaryDeadline { get; set; } = DefaultUnaryDeadline;

    /// <summary>
    /// Deadline of streams that set none, which last as long as the work they carry; 0 disables it. Default: 24 h.
    /// </summary>
    public TimeSpan StreamDeadline { get; set; } = DefaultStreamDeadline;

    /// <summary>
    /// Attempts of a call that found the service unavailable, the first one included, 1 to 5; 1 disables retries. Only
    /// methods that the protos call idempotent are tried again. Default: 4.
    /// </summary>
    public int MaxAttempts { get; set; } = DefaultMaxAttempts;

    /// <summary>
    /// Time without traffic after which a connection with calls is asked whether it is alive, 1 s or more; 0 disables
    /// it. Default: 30 s.
    /// </summary>
    public TimeSpan KeepAliveDelay { get; set; } = DefaultKeepAliveDelay;

    /// <summary>Time it has to answer, 1 s or more, before its calls end as unavailable. Default: 15 s.</summary>
    public TimeSpan KeepAliveTimeout { get; set; } = DefaultKeepAliveTimeout;

    internal Uri? AddressOf(MeshService service) => service switch
    {
        MeshService.Capture => Capture,
        MeshService.Koopman => Koopman,
        MeshService.Credit => Credit,
        _ => throw new ArgumentOutOfRangeException(nameof(service), service, "not a service of the mesh"),
    };
}

/// <summary>The services of the mesh.</summary>
public enum MeshService
{
    /// <summary>Runs networks.</summary>
    Capture,

    /// <summary>Fits operators.</summary>
    Koopman,

    /// <summary>Judges.</summary>
    Credit,
}
