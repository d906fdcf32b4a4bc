using System.Net;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.Extensions.Logging;

namespace KoopmanMesh.ServiceDefaults.Security;

/// <summary>
/// Bounds the connections of one listening address, before any byte of theirs is read, and ends those that grow old.
/// </summary>
internal sealed class ConnectionLimits(LimitOptions limits, TimeProvider time, ILogger logger)
{
    private readonly Dictionary<string, int> _byAddress = new(StringComparer.Ordinal);
    private int _all;

    /// <summary>The middleware of the connection.</summary>
    public ConnectionDelegate Limit(ConnectionDelegate next) => async connection =>
    {
        var address = ClientConnection.AddressOf((connection.RemoteEndPoint as IPEndPoint)?.Address);
        if (!TryEnter(address))
        {
            Log.ConnectionRefused(logger, address);
            connection.Abort(new ConnectionAbortedException("too many connections"));
            return;
        }

        connection.Features.Set(new ClientConnection(address));
        using var age = Age(connection.Features.Get<IConnectionLifetimeNotificationFeature>());
        try
        {
            await next(connection).ConfigureAwait(false);
        }
        finally
        {
            Leave(address);
        }
    };

    /// <summary>Counts a connection, unless there are too many.</summary>
    internal bool TryEnter(string address)
    {
        lock (_byAddress)
        {
            var count = _byAddress.GetValueOrDefault(address);
            if (_all >= limits.MaxConnections || count >= limits.MaxConnectionsPerAddress)
            {
                return false;
            }

            _byAddress[address] = count + 1;
            _all++;
            return true;
        }
    }

    internal void Leave(string address)
    {
        lock (_byAddress)
        {
            _all--;
            if (--_byAddress[address] == 0)
            {
                _byAddress.Remove(address);
            }
        }
    }

    private ITimer? Age(IConnectionLifetimeNotificationFeature? lifetime)
    {
        if (lifetime is null || limits.MaxConnectionAge == TimeSpan.Zero)
        {
            return null;
        }

        var sooner = RandomNumberGenerator.GetInt32(0, 1000) / 10_000.0;
        return time.CreateTimer(
            static feature => ((IConnectionLifetimeNotificationFeature)feature!).RequestClose(),
            lifetime, limits.MaxConnectionAge * (1 - sooner), Timeout.InfiniteTimeSpan);
    }
}
