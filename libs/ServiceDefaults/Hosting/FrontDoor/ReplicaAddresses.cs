using System.Net;
using System.Net.Sockets;
using KoopmanMesh.ServiceDefaults.Clients;

namespace KoopmanMesh.ServiceDefaults.Hosting.FrontDoor;

/// <summary>
/// Where the replicas of a service are, by its setting: one address, a list, or a name that DNS is asked for.
/// </summary>
internal sealed class ReplicaAddresses : IDisposable
{
    private static readonly TimeSpan _doubtful = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim _asking = new(1, 1);
    private readonly TimeProvider _time;
    private readonly TimeSpan _refresh;
    private readonly string _scheme;
    private readonly DnsEndPoint? _asked;
    private IReadOnlyList<Uri> _known = [];
    private long _knownAt;
    private volatile bool _doubted;

    public ReplicaAddresses(Uri target, MeshOptions options, TimeProvider time)
    {
        _time = time;
        _refresh = options.DnsRefresh == TimeSpan.Zero ? TimeSpan.MaxValue : options.DnsRefresh;
        _scheme = options.DnsTls ? Uri.UriSchemeHttps : Uri.UriSchemeHttp;
        if (target.Scheme == MeshChannels.DnsScheme)
        {
            Name = Uri.UnescapeDataString(target.AbsolutePath).TrimStart('/');
            var named = new Uri($"{_scheme}://{Name}");
            _asked = new DnsEndPoint(named.IdnHost, named.Port);
        }
        else
        {
            _known = StaticAddresses.TryParse(target, out var servers)
                ? [.. servers.Select(server => At(server.EndPoint.Host, server.EndPoint.Port))]
                : [target];
        }
    }

    /// <summary>The name that replicas are called by, where the addresses don't tell it.</summary>
    public string? Name { get; }

    /// <summary>They may have changed: one could not be reached.</summary>
    public void Doubt() => _doubted = true;

    /// <summary>The addresses; none where the name has none.</summary>
    public async ValueTask<IReadOnlyList<Uri>> FindAsync(CancellationToken ct)
    {
        if (_asked is null || IsFresh())
        {
            return _known;
        }

        await _asking.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            if (!IsFresh())
            {
                await AskAsync(_asked, ct).ConfigureAwait(false);
            }

            return _known;
        }
        finally
        {
            _asking.Release();
        }
    }

    public void Dispose() => _asking.Dispose();

    private bool IsFresh() =>
        _known.Count > 0 && _time.GetElapsedTime(_knownAt) < (_doubted && _refresh > _doubtful ? _doubtful : _refresh);

    private async Task AskAsync(DnsEndPoint name, CancellationToken ct)
    {
        try
        {
            var found = await Dns.GetHostAddressesAsync(name.Host, ct).ConfigureAwait(false);
            _known = [.. found.Select(address => At(address.ToString(), name.Port))];
        }
        catch (SocketException)
        {
            // Those known before may still be right; whether they are is found out by calling them.
        }

        (_knownAt, _doubted) = (_time.GetTimestamp(), false);
    }

    private Uri At(string host, int port) => new UriBuilder(_scheme, host, port).Uri;
}
