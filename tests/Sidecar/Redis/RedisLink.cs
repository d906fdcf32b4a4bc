using System.Net.Sockets;

namespace KoopmanMesh.Sidecar.Redis;

/// <summary>
/// A connection that is made anew when it broke. Calls are one after the other; whoever blocks has a link of its own.
/// </summary>
internal sealed class RedisLink(RedisAddress address) : IDisposable
{
    private readonly SemaphoreSlim _gate = new(1);
    private RespConnection? _connection;

    /// <exception cref="RedisException">Redis says no.</exception>
    /// <exception cref="IOException">Redis is not there, or went away.</exception>
    public async Task<object?> CallAsync(object[] command, CancellationToken ct)
    {
        await _gate.WaitAsync(ct);
        try
        {
            _connection ??= await RespConnection.ConnectAsync(address, ct);
            return await _connection.CallAsync(command, ct);
        }
        catch (Exception x) when (x is not RedisException)
        {
            _connection?.Dispose();
            _connection = null;
            throw x is SocketException ? new IOException($"{address.Host}:{address.Port}: {x.Message}", x) : x;
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose()
    {
        _connection?.Dispose();
        _gate.Dispose();
    }
}
