using System.Globalization;
using System.Net;
using Grpc.Core;

namespace Grpc.Net.Client.Balancer;

/// <summary>
/// Asks DNS for a name's addresses: at the start, when asked to (though not more often than every 15 s), after a
/// failure with growing waits, and every interval.
/// </summary>
internal sealed class DnsResolver : Resolver
{
    private static readonly TimeSpan MinimumInterval = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(120);

    /// <summary>What the rest of an interval is cut to: semaphores can't wait longer than 24 days.</summary>
    private static readonly TimeSpan LongestRest = TimeSpan.FromDays(24);

    private readonly string _host;
    private readonly int _port;
    private readonly TimeSpan _shortest = MinimumInterval;
    private readonly TimeSpan _rest = Timeout.InfiniteTimeSpan;
    private readonly Backoff _backoff = new(FirstWait, LongestWait);
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _asked = new(0, 1);

    public DnsResolver(Uri address, int defaultPort, TimeSpan refreshInterval)
    {
        (_host, _port) = Parse(address, defaultPort);
        if (refreshInterval != Timeout.InfiniteTimeSpan)
        {
            _shortest = refreshInterval < MinimumInterval ? refreshInterval : MinimumInterval;
            var rest = refreshInterval - _shortest;
            _rest = rest < LongestRest ? rest : LongestRest;
        }
    }

    public override void Start(Action<ResolverResult> listener) => _ = RunAsync(listener, _stop.Token);

    public override void Refresh()
    {
        lock (_asked)
        {
            if (_asked.CurrentCount == 0)
            {
                _asked.Release();
            }
        }
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        _stop.Cancel();
    }

    private static (string Host, int Port) Parse(Uri address, int defaultPort)
    {
        var name = Uri.UnescapeDataString(address.AbsolutePath).TrimStart('/');
        if (!string.IsNullOrEmpty(address.Authority))
        {
            throw new ArgumentException(
                $"Address \"{address}\" names the DNS server \"{address.Authority}\"; expected one like " +
                $"\"dns:///{name}\", for only the system's own server is asked.",
                nameof(address));
        }

        return Uri.TryCreate("http://" + name, UriKind.Absolute, out var parsed)
            && parsed is { PathAndQuery: "/", UserInfo: "" } && parsed.Host.Length > 0
            ? (parsed.IdnHost, HasPort(name) ? parsed.Port : defaultPort)
            : throw new ArgumentException(
                $"Address \"{address}\" has the name \"{name}\"; expected one like \"dns:///name:port\".",
                nameof(address));
    }

    private static bool HasPort(string name) =>
        int.TryParse(name.AsSpan(name.LastIndexOf(':') + 1), NumberStyles.None, CultureInfo.InvariantCulture, out _)
        && (name.IndexOf(':', StringComparison.Ordinal) == name.LastIndexOf(':')
            || name.Contains("]:", StringComparison.Ordinal));

    private async Task RunAsync(Action<ResolverResult> listener, CancellationToken cancellationToken)
    {
        var failures = 0;
        try
        {
            while (true)
            {
                var result = await ResolveAsync(cancellationToken).ConfigureAwait(false);
                listener(result);
                if (result.Status.StatusCode == StatusCode.OK)
                {
                    failures = 0;
                    // What is asked meanwhile is answered at the end of the shortest interval.
                    await Task.Delay(_shortest, cancellationToken).ConfigureAwait(false);
                    await _asked.WaitAsync(_rest, cancellationToken).ConfigureAwait(false);
                }
                else
                {
                    await Task.Delay(_backoff.After(failures++), cancellationToken).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
        }
    }

    private async Task<ResolverResult> ResolveAsync(CancellationToken cancellationToken)
    {
        try
        {
            var found = await Dns.GetHostAddressesAsync(_host, cancellationToken).ConfigureAwait(false);
            return ResolverResult.ForResult([.. found.Select(ip => new BalancerAddress(ip.ToString(), _port))]);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            return ResolverResult.ForFailure(new Status(
                StatusCode.Unavailable, $"DNS has no addresses for \"{_host}\": {exception.Message}", exception));
        }
    }
}
