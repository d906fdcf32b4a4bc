using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace KoopmanMesh.Sidecar.Redis;

/// <summary>
/// One connection that speaks RESP2 (https://redis.io/docs/latest/develop/reference/protocol-spec/), one call at a
/// time. After any failure but <see cref="RedisException"/> it is of no more use.
/// </summary>
internal sealed class RespConnection : IDisposable
{
    private const int MostBytes = 64 << 20;
    private static readonly byte[] _end = "\r\n"u8.ToArray();

    private readonly TcpClient _client;
    private readonly BufferedStream _stream;

    private RespConnection(TcpClient client)
    {
        _client = client;
        _stream = new BufferedStream(client.GetStream(), 16 << 10);
    }

    public static async Task<RespConnection> ConnectAsync(RedisAddress address, CancellationToken ct)
    {
        var client = new TcpClient { NoDelay = true };
        try
        {
            await client.ConnectAsync(address.Host, address.Port, ct);
            var connection = new RespConnection(client);
            if (address.Password.Length > 0)
            {
                await connection.CallAsync(["AUTH", address.Password], ct);
            }

            return connection;
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    /// <summary>
    /// The reply: text for simple strings, bytes for bulk strings, numbers, arrays of these, or null. Arguments are
    /// text or bytes.
    /// </summary>
    public async Task<object?> CallAsync(object[] command, CancellationToken ct)
    {
        await WriteAsync($"*{command.Length}", ct);
        foreach (var argument in command)
        {
            var bytes = argument as byte[] ?? Encoding.UTF8.GetBytes((string)argument);
            await WriteAsync($"${bytes.Length}", ct);
            await _stream.WriteAsync(bytes, ct);
            await _stream.WriteAsync(_end, ct);
        }

        await _stream.FlushAsync(ct);
        return await ReadAsync(ct);
    }

    public void Dispose()
    {
        // Not the stream: a buffered one would try to flush to a peer that is gone.
        _client.Dispose();
    }

    private async Task WriteAsync(FormattableString line, CancellationToken ct)
    {
        await _stream.WriteAsync(Encoding.ASCII.GetBytes(FormattableString.Invariant(line)), ct);
        await _stream.WriteAsync(_end, ct);
    }

    private async Task<object?> ReadAsync(CancellationToken ct)
    {
        var line = await ReadLineAsync(ct);
        var rest = line[1..];
        return line[0] switch
        {
            '+' => rest,
            '-' => throw new RedisException(rest),
            ':' => long.Parse(rest, CultureInfo.InvariantCulture),
            '$' => await ReadBulkAsync(Length(rest), ct),
            '*' => await ReadArrayAsync(Length(rest), ct),
            _ => throw new IOException($"Redis sent a reply of type '{line[0]}', expected one of + - : $ *"),
        };
    }

    private async Task<byte[]?> ReadBulkAsync(int length, CancellationToken ct)
    {
        if (length < 0)
        {
            return null;
        }

        var bytes = new byte[length];
        await _stream.ReadExactlyAsync(bytes, ct);
        await _stream.ReadExactlyAsync(new byte[2], ct);
        return bytes;
    }

    private async Task<object?[]?> ReadArrayAsync(int length, CancellationToken ct)
    {
        if (length < 0)
        {
            return null;
        }

        var items = new object?[length];
        for (var i = 0; i < length; i++)
        {
            items[i] = await ReadAsync(ct);
        }

        return items;
    }

    private async Task<string> ReadLineAsync(CancellationToken ct)
    {
        var line = new StringBuilder();
        var one = new byte[1];
        while (true)
        {
            await _stream.ReadExactlyAsync(one, ct);
            if (one[0] == '\n' && line.Length > 1 && line[^1] == '\r')
            {
                return line.ToString(0, line.Length - 1);
            }

            line.Append((char)one[0]);
        }
    }

    private static int Length(string text)
    {
        var length = int.Parse(text, CultureInfo.InvariantCulture);
        return length <= MostBytes ? length : throw new IOException($"Redis sent {length} bytes, expected {MostBytes}");
    }
}
