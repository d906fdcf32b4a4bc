using System.Collections.Concurrent;
using System.Net;
using Grpc.Core;

namespace Grpc.Net.Client;

/// <summary>
/// The way to one target over HTTP/2: an address, or a name such as <c>dns:///host:port</c> that stands for several.
/// Makes connections when calls need them, and shares them.
/// </summary>
public sealed class GrpcChannel : ChannelBase, IDisposable
{
    private readonly ConcurrentDictionary<string, Uri> _methodUris = new();
    private readonly CancellationTokenSource _shutdown = new();
    private readonly bool _isSecure;
    private int _disposed;

    private GrpcChannel(Uri address, GrpcChannelOptions options)
        : base(IsHttp(address) ? address.Authority : address.OriginalString)
    {
        Options = options;
        Version = options.HttpVersion ?? HttpVersion.Version20;
        VersionPolicy = options.HttpVersionPolicy ?? HttpVersionPolicy.RequestVersionExact;
        _isSecure = IsSecure(address, options.Credentials);
        if (options.Credentials?.CallCredentials is not null && !SendsCallCredentials)
        {
            throw new InvalidOperationException(
                "Call credentials can't be composed with insecure channel credentials; " +
                "use ChannelCredentials.SecureSsl.");
        }

        Retries = new ChannelRetries(options);
        if (IsHttp(address))
        {
            BaseUri = address;
            Transport = Transports.Direct(options);
        }
        else
        {
            Transport = Transports.Balanced(address, _isSecure, options);
            (BaseUri, HostHeader) = NameOf(address, _isSecure ? Uri.UriSchemeHttps : Uri.UriSchemeHttp);
        }
    }

    /// <summary>
    /// What the addresses of methods begin with; of a target with several, its name stands for the host.
    /// </summary>
    internal Uri BaseUri { get; }

    /// <summary>The name that servers are called by, where addresses don't tell it.</summary>
    internal string? HostHeader { get; }

    internal GrpcChannelOptions Options { get; }

    internal Version Version { get; }

    internal HttpVersionPolicy VersionPolicy { get; }

    internal ICallTransport Transport { get; }

    internal ChannelRetries Retries { get; }

    internal CancellationToken Shutdown => _shutdown.Token;

    internal bool SendsCallCredentials => _isSecure || Options.UnsafeUseInsecureChannelCallCredentials;

    /// <summary>A channel to an address such as <c>http://localhost:5000</c> or <c>dns:///localhost:5000</c>.</summary>
    public static GrpcChannel ForAddress(string address) => ForAddress(address, new GrpcChannelOptions());

    /// <summary>A channel to an address such as <c>http://localhost:5000</c> or <c>dns:///localhost:5000</c>.</summary>
    public static GrpcChannel ForAddress(string address, GrpcChannelOptions channelOptions) =>
        ForAddress(new Uri(address), channelOptions);

    /// <summary>A channel to an address.</summary>
    public static GrpcChannel ForAddress(Uri address) => ForAddress(address, new GrpcChannelOptions());

    /// <summary>A channel to an address.</summary>
    public static GrpcChannel ForAddress(Uri address, GrpcChannelOptions channelOptions)
    {
        ArgumentNullException.ThrowIfNull(address);
        ArgumentNullException.ThrowIfNull(channelOptions);
        return address.IsAbsoluteUri
            ? new GrpcChannel(address, channelOptions)
            : throw new ArgumentException(
                $"Address \"{address}\" has no scheme; expected one like http://host:port.", nameof(address));
    }

    /// <inheritdoc />
    public override CallInvoker CreateCallInvoker()
    {
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        return new HttpClientCallInvoker(this);
    }

    /// <summary>Cancels the calls under way and closes the connections.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _shutdown.Cancel();
            Transport.Dispose();
        }
    }

    internal Uri UriOf(IMethod method)
    {
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        return _methodUris.GetOrAdd(method.FullName, static (path, address) => new Uri(address, path), BaseUri);
    }

    /// <summary>What a call says of its caller: the channel's credentials, then its own.</summary>
    internal IEnumerable<CallCredentials> CredentialsOf(CallOptions call) =>
        new[] { Options.Credentials?.CallCredentials, call.Credentials }.OfType<CallCredentials>();

    /// <inheritdoc />
    protected override Task ShutdownAsyncCore()
    {
        Dispose();
        return Task.CompletedTask;
    }

    // A target that is no name but, say, a list of addresses: each server is called by its own.
    private static (Uri BaseUri, string? HostHeader) NameOf(Uri target, string scheme)
    {
        var name = Uri.UnescapeDataString(target.AbsolutePath).TrimStart('/');
        return Uri.TryCreate($"{scheme}://{name}", UriKind.Absolute, out var named) && named.PathAndQuery == "/"
            ? (named, name)
            : (new Uri($"{scheme}://localhost"), null);
    }

    private static bool IsHttp(Uri address) =>
        address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps;

    private static bool IsSecure(Uri address, ChannelCredentials? credentials)
    {
        if (credentials is null)
        {
            return IsHttp(address)
                ? address.Scheme == Uri.UriSchemeHttps
                : throw new InvalidOperationException(
                    $"Address \"{address}\" doesn't tell whether there is TLS; set GrpcChannelOptions.Credentials to " +
                    "ChannelCredentials.SecureSsl or ChannelCredentials.Insecure.");
        }

        return !IsHttp(address) || credentials.IsSecure == (address.Scheme == Uri.UriSchemeHttps)
            ? credentials.IsSecure
            : throw new InvalidOperationException(
                $"Credentials are {(credentials.IsSecure ? "secure" : "insecure")} but the address is \"{address}\".");
    }
}
