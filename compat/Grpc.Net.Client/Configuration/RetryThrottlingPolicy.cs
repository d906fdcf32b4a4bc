namespace Grpc.Net.Client.Configuration;

/// <summary>
/// A budget of tokens: a failure costs one, a success earns a part of one, and at half the budget nothing is repeated.
/// </summary>
public sealed class RetryThrottlingPolicy : ConfigObject
{
    /// <summary>Tokens at first and at most; required, more than 0.</summary>
    public int? MaxTokens { get; set; }

    /// <summary>Tokens that a success earns; required, more than 0.</summary>
    public double? TokenRatio { get; set; }
}
