namespace Grpc.Net.Client;

/// <summary>What a channel is made with.</summary>
public sealed class GrpcChannelOptions
{
    /// <summary>Largest request in bytes; null, the default, for no limit.</summary>
    public int? MaxSendMessageSize { get; set; }

    /// <summary>Largest response in bytes, decompressed; 4 MiB unless set; null for no limit.</summary>
    public int? MaxReceiveMessageSize { get; set; } = 4 * 1024 * 1024;

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
}
