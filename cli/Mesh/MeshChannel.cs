using Grpc.Core;
using Grpc.Net.Client;
using KoopmanMesh.ServiceDefaults.Clients;
using KoopmanMesh.ServiceDefaults.Security;
using Microsoft.Extensions.Logging.Abstractions;

namespace KoopmanMesh.Cli.Mesh;

/// <summary>
/// The way to a mesh: no call lasts for ever, and what changes nothing when made twice is tried again.
/// </summary>
internal sealed class MeshChannel : IDisposable
{
    private const int StreamWindow = 1 << 20;

    // Some unary calls compute for minutes; a stream lasts as long as the work it carries.
    private static readonly TimeSpan _longestUnary = TimeSpan.FromHours(1);

    private readonly ClientSecurity _security;
    private readonly GrpcChannel _channel;

    public MeshChannel(MeshEndpoint endpoint)
    {
        _security = Open(endpoint.Security);
        _channel = GrpcChannel.ForAddress(endpoint.Address, new GrpcChannelOptions
        {
            // An http or https address says itself whether there is TLS.
            Credentials = endpoint.IsName ? CredentialsOf(endpoint) : null,
            DisposeHttpClient = true,
            HttpHandler = CreateHandler(_security),
            ServiceConfig = MeshServiceConfig.Create(MeshOptions.DefaultMaxAttempts),
        });
        Calls = _security.Authorize(endpoint.Address, endpoint.IsEncrypted, _channel.CreateCallInvoker())
            .WithDeadlines(_longestUnary, MeshOptions.DefaultStreamDeadline, TimeProvider.System);
    }

    /// <summary>Makes the calls.</summary>
    public CallInvoker Calls { get; }

    public void Dispose()
    {
        _channel.Dispose();
        _security.Dispose();
    }

    private static ClientSecurity Open(ClientSecurityOptions options)
    {
        try
        {
            return new ClientSecurity(options, TimeProvider.System, NullLogger.Instance);
        }
        catch (SecurityFileException e)
        {
            // It names the setting of a service; here a flag was given.
            var flag = e.Describe().ResourceName switch
            {
                "Mesh:Authority" => "--ca",
                "Mesh:ClientCertificate" => "--cert",
                "Mesh:ClientKey" => "--key",
                "Mesh:TokenFile" => "--token-file",
                var other => throw new InvalidOperationException($"no flag is for the setting {other}", e),
            };
            throw new CliException(
                ExitCodes.ForReason(e.Reason),
                e.Message.Replace(e.Describe().ResourceName!, flag, StringComparison.Ordinal), e);
        }
    }

    private static ChannelCredentials CredentialsOf(MeshEndpoint endpoint) =>
        endpoint.IsEncrypted ? ChannelCredentials.SecureSsl : ChannelCredentials.Insecure;

    // As the channel's own handler would be, but that it notices a machine that vanished, and for whom it trusts and
    // what it shows.
    private static SocketsHttpHandler CreateHandler(ClientSecurity security)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            EnableMultipleHttp2Connections = true,
            InitialHttp2StreamWindowSize = StreamWindow,
            KeepAlivePingDelay = MeshOptions.DefaultKeepAliveDelay,
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            KeepAlivePingTimeout = MeshOptions.DefaultKeepAliveTimeout,
            UseCookies = false,
        };
        security.Configure(handler);
        return handler;
    }
}
