using System.Net;
using System.Net.Http.Headers;
using Google.Rpc;

namespace KoopmanMesh.ServiceDefaults.Tests.Errors;

/// <summary>gRPC by a plain HTTP/2 client, which sees every header as it travels.</summary>
internal sealed class GrpcRequests(Uri address) : IDisposable
{
    /// <summary>One message without content.</summary>
    public static readonly byte[] Empty = new byte[5];

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = address };

    public async Task<Answer> PostAsync(string path, byte[] body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(body),
        };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(
            headers.FirstOrDefault(static h => h.Name == "content-type").Value ?? "application/grpc");
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        foreach (var (name, value) in headers.Where(static h => h.Name != "content-type"))
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        var all = response.Headers.Concat(response.TrailingHeaders)
            .ToDictionary(static h => h.Key, static h => string.Join(",", h.Value));
        return new Answer((int)response.StatusCode, all);
    }

    public void Dispose() => _http.Dispose();
}

/// <summary>Headers and trailers of a response.</summary>
internal sealed record Answer(int HttpStatus, IReadOnlyDictionary<string, string> Headers)
{
    public string? Code => Headers.GetValueOrDefault("grpc-status");

    public string Message => Uri.UnescapeDataString(Headers.GetValueOrDefault("grpc-message", ""));

    public Google.Rpc.Status Details
    {
        get
        {
            var text = Headers["grpc-status-details-bin"];
            return Google.Rpc.Status.Parser.ParseFrom(
                Convert.FromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '=')));
        }
    }

    // "type" in the package's version of google.rpc, "reason" in today's: field 1 of both.
    public string Reason => Details.Details[0].Unpack<ErrorInfo>().Type;

    public IEnumerable<string> Types => Details.Details.Select(static d => d.TypeUrl.Split('.')[^1]);
}
