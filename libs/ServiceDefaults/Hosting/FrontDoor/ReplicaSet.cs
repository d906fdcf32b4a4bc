using System.Collections.Concurrent;
using System.Net;
using System.Text;
using KoopmanMesh.ServiceDefaults.Clients;
using KoopmanMesh.ServiceDefaults.Security;

namespace KoopmanMesh.ServiceDefaults.Hosting.FrontDoor;

/// <summary>
/// The replicas of a service. Calls go to them in turn; one that can't be connected to is passed over, and for a moment
/// asked last.
/// </summary>
internal sealed class ReplicaSet : IDisposable
{
    private static readonly TimeSpan _connectTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan _askedLast = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<Uri, long> _failed = new();
    private readonly ReplicaAddresses _addresses;
    private readonly MeshSecurity _security;
    private readonly TimeProvider _time;
    private readonly HttpMessageInvoker _http;
    private int _turn = -1;

    public ReplicaSet(MeshService service, MeshOptions options, MeshSecurity security, TimeProvider time)
    {
        (Service, _security, _time) = (service, security, time);
        _addresses = new ReplicaAddresses(options.AddressOf(service)!, options, time);
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = _connectTimeout,
            EnableMultipleHttp2Connections = true,
            InitialHttp2StreamWindowSize = 1 << 20,
            KeepAlivePingDelay = options.KeepAliveDelay is { Ticks: > 0 } delay ? delay : Timeout.InfiniteTimeSpan,
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            KeepAlivePingTimeout = options.KeepAliveTimeout,

            // As they were read from the client.
            RequestHeaderEncodingSelector = static (_, _) => Encoding.UTF8,
            UseCookies = false,
            UseProxy = false,
        };
        security.Configure(handler);
        _http = new HttpMessageInvoker(handler);
    }

    public MeshService Service { get; }

    /// <summary>All of them, as far as is known.</summary>
    public ValueTask<IReadOnlyList<Uri>> AllAsync(CancellationToken ct) => _addresses.FindAsync(ct);

    /// <summary>Sends a request; done when the head of the response is there.</summary>
    /// <param name="request">Without its address.</param>
    /// <param name="path">What it asks for.</param>
    /// <param name="only">The replica that it is for; null for the next one that can be connected to.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="ReplicasUnreachableException">No replica can be connected to.</exception>
    public async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, string path, Uri? only, CancellationToken ct)
    {
        request.Version = HttpVersion.Version20;
        request.VersionPolicy = HttpVersionPolicy.RequestVersionExact;
        request.Headers.Host = _addresses.Name;
        Exception? last = null;
        var replicas = only is null ? InTurn(await _addresses.FindAsync(ct).ConfigureAwait(false)) : [only];
        foreach (var replica in replicas)
        {
            request.RequestUri = new Uri(replica, path);
            Authorize(request, replica);
            try
            {
                var response = await _http.SendAsync(request, ct).ConfigureAwait(false);
                _failed.TryRemove(replica, out _);
                return response;
            }
            catch (HttpRequestException e) when (NeverLeft(e))
            {
                _failed[replica] = _time.GetTimestamp();
                _addresses.Doubt();
                last = e;
            }
        }

        throw new ReplicasUnreachableException(Service, replicas, last);
    }

    public void Dispose()
    {
        _http.Dispose();
        _addresses.Dispose();
    }

    private List<Uri> InTurn(IReadOnlyList<Uri> replicas)
    {
        var first = replicas.Count == 0 ? 0 : (int)((uint)Interlocked.Increment(ref _turn) % (uint)replicas.Count);
        return [.. replicas.Skip(first).Concat(replicas.Take(first)).OrderBy(HasJustFailed)];
    }

    private bool HasJustFailed(Uri replica) =>
        _failed.TryGetValue(replica, out var when) && _time.GetElapsedTime(when) < _askedLast;

    private void Authorize(HttpRequestMessage request, Uri replica)
    {
        request.Headers.Authorization =
            _security.TokenFor(replica, replica.Scheme == Uri.UriSchemeHttps) is { } token
                ? new("Bearer", token)
                : null;
    }

    // Nothing of the request has been sent, and nothing of its body read.
    private static bool NeverLeft(HttpRequestException exception) => exception.HttpRequestError
        is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError
        or HttpRequestError.SecureConnectionError or HttpRequestError.VersionNegotiationError;
}
