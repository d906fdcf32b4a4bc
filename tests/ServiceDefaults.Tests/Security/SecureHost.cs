using Grpc.Core;
using Grpc.Net.Client;
using KoopmanMesh.Credit.V1;
using KoopmanMesh.Run.V1;
using KoopmanMesh.ServiceDefaults.Clients;
using KoopmanMesh.ServiceDefaults.Security;
using KoopmanMesh.ServiceDefaults.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace KoopmanMesh.ServiceDefaults.Tests.Security;

/// <summary>A host with the defaults of every host, some settings, and services that do what a test wants.</summary>
internal sealed class SecureHost : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly WebApplication _app;

    private SecureHost(WebApplication app, RecordingLoggerProvider logs) => (_app, Logs) = (app, logs);

    public RecordingLoggerProvider Logs { get; }

    public Uri Address => new(_app.Urls.First());

    /// <summary>Every address that the server listens on.</summary>
    public ICollection<string> Bound => _app.Urls;

    public IServiceProvider Services => _app.Services;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static Task<SecureHost> StartAsync(params (string Key, string Value)[] settings) =>
        StartAsync(new Scripted(), settings);

    public static async Task<SecureHost> StartAsync(Scripted service, params (string Key, string Value)[] settings)
    {
        var logs = new RecordingLoggerProvider();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().AddProvider(logs).SetMinimumLevel(LogLevel.Trace);
        builder.Configuration["Hosting:Listen"] = "127.0.0.1:0";
        foreach (var (key, value) in settings)
        {
            builder.Configuration[key] = value;
        }

        builder.AddServiceDefaults("test");
        builder.Services.AddSingleton(service);
        builder.Services.AddMeshClient<CreditService.CreditServiceClient>(MeshService.Credit);
        builder.Services.AddGrpc();
        var host = new SecureHost(builder.Build(), logs);
        host._app.Configuration["State:Root"] = host._folder.Path;
        host._app.MapServiceDefaults();
        host._app.MapGrpcService<TestCredit>();
        host._app.MapGrpcService<TestRuns>();
        try
        {
            await host._app.StartAsync(Ct);
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }

        return host;
    }

    /// <summary>A channel that trusts and shows what it is told to.</summary>
    public GrpcChannel Connect(ClientSecurityOptions? options = null, Uri? address = null)
    {
        using var security = new ClientSecurity(options ?? new(), TimeProvider.System, NullLogger.Instance);
        var handler = new SocketsHttpHandler { UseProxy = false };
        security.Configure(handler);
        return GrpcChannel.ForAddress(address ?? Address, new GrpcChannelOptions
        {
            HttpHandler = handler,
            DisposeHttpClient = true,
        });
    }

    /// <summary>Calls once over a connection of its own.</summary>
    public async Task<string> CallAsync(
        ClientSecurityOptions? options = null, string? token = null, Uri? address = null)
    {
        using var channel = Connect(options, address);
        var headers = token is null ? null : new Metadata { { "authorization", $"Bearer {token}" } };
        var reply = await new CreditService.CreditServiceClient(channel)
            .GetCreditAsync(new GetCreditRequest(), headers, cancellationToken: Ct);
        return reply.Total is null ? "" : "answered";
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        Logs.Dispose();
        _folder.Dispose();
    }

    /// <summary>What the services do.</summary>
    internal sealed class Scripted
    {
        public Func<ServerCallContext, Task> Credit { get; init; } = static _ => Task.CompletedTask;

        public Func<IAsyncStreamReader<UploadArtifactRequest>, Task> Upload { get; init; } =
            static _ => Task.CompletedTask;

        public Func<IServerStreamWriter<WatchRunResponse>, ServerCallContext, Task> Watch { get; init; } =
            static (_, _) => Task.CompletedTask;
    }

    private sealed class TestCredit(Scripted script) : CreditService.CreditServiceBase
    {
        public override async Task<GetCreditResponse> GetCredit(GetCreditRequest request, ServerCallContext context)
        {
            await script.Credit(context);
            return new GetCreditResponse { Total = new() { Rank = 1 } };
        }
    }

    private sealed class TestRuns(Scripted script) : RunService.RunServiceBase
    {
        public override async Task<UploadArtifactResponse> UploadArtifact(
            IAsyncStreamReader<UploadArtifactRequest> requestStream, ServerCallContext context)
        {
            await script.Upload(requestStream);
            return new UploadArtifactResponse();
        }

        public override Task WatchRun(
            WatchRunRequest request, IServerStreamWriter<WatchRunResponse> responseStream,
            ServerCallContext context) => script.Watch(responseStream, context);
    }
}
