using Grpc.Core;
using Grpc.Net.Client.Configuration;

namespace Grpc.Net.Client;

/// <summary>What a channel is made with.</summary>
public sealed class GrpcChannelOptions
{
    /// <summary>
    /// Whether there is TLS, and what every call says of its caller; needed where the address's scheme doesn't tell.
    /// </summary>
    public ChannelCredentials? Credentials { get; set; }

    /// <summary>Largest request in bytes; null, the default, for no limit.</summary>
    public int? MaxSendMessageSize { get; set; }

    /// <summary>Largest response in bytes, decompressed; 4 MiB unless set; null for no limit.</summary>
    public int? MaxReceiveMessageSize { get; set; } = 4 * 1024 * 1024;

    /// <summary>Most attempts of a call, whatever its policy says; 5 unless set; null for no limit.</summary>
    public int? MaxRetryAttempts { get; set; } = 5;

    /// <summary>Bytes that all calls may keep for another attempt; 16 MiB unless set; null for no limit.</summary>
    public long? MaxRetryBufferSize { get; set; } = 16 * 1024 * 1024;

    /// <summary>Bytes that one call may keep for another attempt; 1 MiB unless set; null for no limit.</summary>
    public long? MaxRetryBufferPerCallSize { get; set; } = 1024 * 1024;

    /// <summary>A client to send with; not beside <see cref="HttpHandler" />.</summary>
    public HttpClient? HttpClient { get; set; }

    /// <summary>A handler to send with; not beside <see cref="HttpClient" />.</summary>
    public HttpMessageHandler? HttpHandler { get; set; }

    /// <summary>Whether the channel disposes the client or handler it was given; false unless set.</summary>
    public bool DisposeHttpClient { get; set; }

    /// <summary>The HTTP version of calls; 2.0 unless set.</summary>
    public Version? HttpVersion { get; set; }

    /// <summary>How strictly <see cref="HttpVersion" /> is meant; exactly unless set.</summary>
    public HttpVersionPolicy? HttpVersionPolicy { get; set; }

    /// <summary>Whether a cancelled call throws OperationCanceledException instead of RpcException.</summary>
    public bool ThrowOperationCanceledOnCancellation { get; set; }

    /// <summary>Whether call credentials are sent over connections without TLS too.</summary>
    public bool UnsafeUseInsecureChannelCallCredentials { get; set; }

    /// <summary>How calls are spread and repeated; one address for all and never again unless set.</summary>
    public ServiceConfig? ServiceConfig { get; set; }

    /// <summary>Wait after the first failure to connect; 1 s unless set.</summary>
    public TimeSpan InitialReconnectBackoff { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest wait between attempts to connect; 120 s unless set; null for no limit.</summary>
    public TimeSpan? MaxReconnectBackoff { get; set; } = TimeSpan.FromSeconds(120);

    /// <summary>Where resolvers of schemes like <c>static:///</c> come from.</summary>
    public IServiceProvider? ServiceProvider { get; set; }
}
