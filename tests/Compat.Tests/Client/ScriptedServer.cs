using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace KoopmanMesh.Compat.Tests.Client;

/// <summary>An HTTP/2 server that answers whatever the test likes, and can be stopped and started again.</summary>
public sealed class ScriptedServer : IAsyncDisposable
{
    private readonly RequestDelegate _answer;
    private readonly X509Certificate2? _certificate;
    private WebApplication? _app;
    private int _calls;

    private ScriptedServer(RequestDelegate answer, int port, X509Certificate2? certificate) =>
        (_answer, Port, _certificate) = (answer, port, certificate);

    public int Port { get; private set; }

    public string Address => $"http://127.0.0.1:{Port}";

    /// <summary>The headers of each call, in order.</summary>
    public ConcurrentQueue<Dictionary<string, string>> Seen { get; } = new();

    public int Calls => Volatile.Read(ref _calls);

    public static async Task<ScriptedServer> StartAsync(
        RequestDelegate answer, int port = 0, X509Certificate2? certificate = null)
    {
        var server = new ScriptedServer(answer, port, certificate);
        await server.StartAgainAsync();
        return server;
    }

    /// <summary>Answers the first call by the first step, and so on; the last step answers all further ones.</summary>
    public static Task<ScriptedServer> StartAsync(params RequestDelegate[] steps)
    {
        var next = -1;
        return StartAsync(context => steps[Math.Min(Interlocked.Increment(ref next), steps.Length - 1)](context));
    }

    public static Task OkAsync(HttpContext context) => OkAsync(context, []);

    /// <summary>Answers with one message.</summary>
    public static async Task OkAsync(HttpContext context, byte[] message)
    {
        context.Response.ContentType = "application/grpc";
        byte[] framed = [0, 0, 0, (byte)(message.Length >> 8), (byte)message.Length, .. message];
        await context.Response.Body.WriteAsync(framed, context.RequestAborted);
        context.Response.AppendTrailer("grpc-status", "0");
    }

    /// <summary>Answers by headers alone.</summary>
    public static RequestDelegate Fails(StatusCode code, string? pushback = null) => context =>
    {
        context.Response.ContentType = "application/grpc";
        context.Response.Headers["grpc-status"] = ((int)code).ToString(CultureInfo.InvariantCulture);
        if (pushback is not null)
        {
            context.Response.Headers["grpc-retry-pushback-ms"] = pushback;
        }

        return Task.CompletedTask;
    };

    /// <summary>Sends headers, so that the call is committed, and then fails.</summary>
    public static RequestDelegate FailsBehindHeaders(StatusCode code) => async context =>
    {
        context.Response.ContentType = "application/grpc";
        await context.Response.Body.FlushAsync(context.RequestAborted);
        context.Response.AppendTrailer("grpc-status", ((int)code).ToString(CultureInfo.InvariantCulture));
    };

    public async Task StartAgainAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, Port, listen =>
        {
            listen.Protocols = HttpProtocols.Http2;
            if (_certificate is not null)
            {
                listen.UseHttps(_certificate);
            }
        }));
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(30));
        _app = builder.Build();
        _app.Run(context =>
        {
            Interlocked.Increment(ref _calls);
            Seen.Enqueue(context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString()));
            return _answer(context);
        });
        await _app.StartAsync(TestContext.Current.CancellationToken);
        Port = new Uri(_app.Urls.Single()).Port;
    }

    /// <summary>Cuts every connection.</summary>
    public async Task CutAsync()
    {
        var app = Interlocked.Exchange(ref _app, null);
        if (app is not null)
        {
            await app.StopAsync(new CancellationToken(canceled: true));
            await app.DisposeAsync();
        }
    }

    /// <summary>Takes no new calls, and ends when those under way have.</summary>
    public Task DrainAsync() => _app!.StopAsync(CancellationToken.None);

    public async ValueTask DisposeAsync() => await CutAsync();
}
