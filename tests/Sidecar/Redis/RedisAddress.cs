namespace KoopmanMesh.Sidecar.Redis;

/// <summary>Where Redis is, and the word it asks for.</summary>
internal sealed record RedisAddress(string Host, int Port, string Password)
{
    public static RedisAddress Parse(string host, string password)
    {
        var colon = host.LastIndexOf(':');
        return colon > 0 && int.TryParse(host.AsSpan(colon + 1), out var port)
            ? new RedisAddress(host[..colon], port, password)
            : throw new FormatException($"redisHost is '{host}', expected host:port");
    }
}
