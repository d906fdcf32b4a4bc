using System.Net;
using System.Runtime.InteropServices;
using KoopmanMesh.Contracts.Tensors;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace KoopmanMesh.Bench.Transport;

/// <summary>
/// The bytes of a matrix as HTTP/2 bodies, with nothing around them: what Kestrel and SocketsHttpHandler can do.
/// </summary>
internal static class BareStreams
{
    public static void Map(WebApplication app)
    {
        app.MapPost("/bare/send", (Delegate)TakeAsync);
        app.MapGet("/bare/receive", (Delegate)GiveAsync);
    }

    public static async Task SendAsync(
        HttpMessageInvoker http, Uri address, Matrix256 matrix, int chunk, CancellationToken cancellationToken)
    {
        using var request = Request(HttpMethod.Post, new Uri(address, "/bare/send"));
        request.Content = new MatrixContent(TensorCodec.Bytes<float>(matrix.Values).Memory, chunk);
        using var response = await http.SendAsync(request, cancellationToken);
        response.EnsureSuccessStatusCode();
    }

    public static async Task ReceiveAsync(
        HttpMessageInvoker http, Uri address, Matrix256 matrix, int chunk, CancellationToken cancellationToken)
    {
        using var request = Request(HttpMethod.Get, new Uri(address, $"/bare/receive?chunk={chunk}"));
        using var response = await http.SendAsync(request, cancellationToken);
        response.EnsureSuccessStatusCode();
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var whole = MemoryMarshal.AsMemory(TensorCodec.Bytes<float>(matrix.Values).Memory);
        var start = 0;
        while (start < whole.Length)
        {
            var room = whole.Slice(start, Math.Min(chunk, whole.Length - start));
            start += await stream.ReadAtLeastAsync(room, room.Length, throwOnEndOfStream: true, cancellationToken);
        }
    }

    private static HttpRequestMessage Request(HttpMethod method, Uri uri) => new(method, uri)
    {
        Version = HttpVersion.Version20,
        VersionPolicy = HttpVersionPolicy.RequestVersionExact,
    };

    private static async Task TakeAsync(HttpContext context, Matrix256 matrix)
    {
        var body = context.Request.BodyReader;
        var start = 0;
        while (true)
        {
            var result = await body.ReadAsync(context.RequestAborted);
            foreach (var part in result.Buffer)
            {
                part.Span.CopyTo(MemoryMarshal.AsBytes(matrix.Values.AsSpan())[start..]);
                start += part.Length;
            }

            body.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
            {
                return;
            }
        }
    }

    private static async Task GiveAsync(HttpContext context, Matrix256 matrix, int chunk)
    {
        var whole = TensorCodec.Bytes<float>(matrix.Values).Memory;
        for (var start = 0; start < whole.Length; start += chunk)
        {
            await context.Response.BodyWriter.WriteAsync(
                whole.Slice(start, Math.Min(chunk, whole.Length - start)), context.RequestAborted);
        }
    }

    private sealed class MatrixContent(ReadOnlyMemory<byte> whole, int chunk) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            for (var start = 0; start < whole.Length; start += chunk)
            {
                await stream.WriteAsync(whole.Slice(start, Math.Min(chunk, whole.Length - start)));
                await stream.FlushAsync();
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
