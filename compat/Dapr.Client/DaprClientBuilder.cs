using System.Text.Json;

namespace Dapr.Client;

/// <summary>
/// Makes a client of the sidecar. Without a word it is the one that the environment names: DAPR_HTTP_ENDPOINT, else
/// DAPR_HTTP_PORT of this machine, else port 3500; DAPR_API_TOKEN is its token.
/// </summary>
public sealed class DaprClientBuilder
{
    private const string EndpointVariable = "DAPR_HTTP_ENDPOINT";
    private const string PortVariable = "DAPR_HTTP_PORT";
    private const string TokenVariable = "DAPR_API_TOKEN";
    private const string DefaultPort = "3500";

    private string _endpoint = DefaultEndpoint();
    private string? _token = Environment.GetEnvironmentVariable(TokenVariable);
    private JsonSerializerOptions _json = new(JsonSerializerDefaults.Web);
    private TimeSpan _timeout;

    /// <summary>A builder with the environment's settings.</summary>
    public DaprClientBuilder()
    {
    }

    /// <summary>Where the sidecar's HTTP API is.</summary>
    public DaprClientBuilder UseHttpEndpoint(string httpEndpoint)
    {
        ArgumentException.ThrowIfNullOrEmpty(httpEndpoint);
        _endpoint = httpEndpoint;
        return this;
    }

    /// <summary>
    /// Where the sidecar's gRPC API is: the official client publishes there, this one over HTTP, so it has no use for
    /// the address.
    /// </summary>
    public DaprClientBuilder UseGrpcEndpoint(string grpcEndpoint)
    {
        ArgumentException.ThrowIfNullOrEmpty(grpcEndpoint);
        return this;
    }

    /// <summary>How event data becomes JSON.</summary>
    public DaprClientBuilder UseJsonSerializationOptions(JsonSerializerOptions options)
    {
        _json = options;
        return this;
    }

    /// <summary>The token that the sidecar asks for.</summary>
    public DaprClientBuilder UseDaprApiToken(string apiToken)
    {
        _token = apiToken;
        return this;
    }

    /// <summary>Longest HTTP call; more than 0.</summary>
    public DaprClientBuilder UseTimeout(TimeSpan timeout)
    {
        _timeout = timeout;
        return this;
    }

    /// <summary>Makes the client.</summary>
    /// <exception cref="InvalidOperationException">The endpoint's scheme is neither http nor https.</exception>
    public DaprClient Build()
    {
        var endpoint = new Uri(_endpoint);
        if (endpoint.Scheme != Uri.UriSchemeHttp && endpoint.Scheme != Uri.UriSchemeHttps)
        {
            throw new InvalidOperationException("The HTTP endpoint must use http or https.");
        }

        var http = new HttpClient { BaseAddress = endpoint };
        if (_timeout > TimeSpan.Zero)
        {
            http.Timeout = _timeout;
        }

        if (!string.IsNullOrWhiteSpace(_token))
        {
            http.DefaultRequestHeaders.Add(DaprClientHttp.TokenHeader, _token);
        }

        return new DaprClientHttp(http, _json);
    }

    private static string DefaultEndpoint()
    {
        var endpoint = Environment.GetEnvironmentVariable(EndpointVariable);
        var port = Environment.GetEnvironmentVariable(PortVariable);
        return !string.IsNullOrWhiteSpace(endpoint)
            ? endpoint
            : $"http://127.0.0.1:{(string.IsNullOrWhiteSpace(port) ? DefaultPort : port)}";
    }
}
