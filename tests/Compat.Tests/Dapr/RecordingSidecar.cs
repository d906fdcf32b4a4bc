using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace KoopmanMesh.Compat.Tests.Dapr;

/// <summary>What came to the sidecar.</summary>
internal sealed record RecordedRequest(string Method, string Target, IHeaderDictionary Headers, byte[] Body)
{
    public string Text => Encoding.UTF8.GetString(Body);
}

/// <summary>An HTTP server where the sidecar would be: writes down what comes, and answers as it is told.</summary>
internal sealed class RecordingSidecar : IAsyncDisposable
{
    private readonly WebApplication _app;

    private RecordingSidecar()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.Run(AnswerAsync);
    }

    public ConcurrentQueue<RecordedRequest> Requests { get; } = new();

    public int Status { get; set; } = 204;

    public string Answer { get; set; } = "";

    /// <summary>Where health is asked.</summary>
    public Func<string, int>? HealthOf { get; set; }

    public string Address => _app.Urls.Single();

    public static async Task<RecordingSidecar> StartAsync()
    {
        var sidecar = new RecordingSidecar();
        await sidecar._app.StartAsync(TestContext.Current.CancellationToken);
        return sidecar;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var target = context.Request.Path.ToUriComponent() + context.Request.QueryString.ToUriComponent();
        var headers = new HeaderDictionary(context.Request.Headers.ToDictionary());
        Requests.Enqueue(new RecordedRequest(context.Request.Method, target, headers, body.ToArray()));
        context.Response.StatusCode = HealthOf?.Invoke(target) ?? Status;
        if (context.Response.StatusCode != StatusCodes.Status204NoContent)
        {
            await context.Response.WriteAsync(Answer, context.RequestAborted);
        }
    }
}
