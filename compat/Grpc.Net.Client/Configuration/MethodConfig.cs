namespace Grpc.Net.Client.Configuration;

/// <summary>What some methods are called with.</summary>
public sealed class MethodConfig : ConfigObject
{
    /// <summary>How failed calls are repeated; null, the default, for not at all.</summary>
    public RetryPolicy? RetryPolicy { get; set; }

    /// <summary>The methods; the most exact name wins.</summary>
    public IList<MethodName> Names { get; } = [];
}
