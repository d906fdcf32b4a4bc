using Grpc.Net.Client;
using KoopmanMesh.Credit.V1;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace KoopmanMesh.ServiceDefaults.Tests.Support;

/// <summary>A host as every service has it, with one service of a test's own, behind a real socket.</summary>
internal sealed class CreditHost : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();

    private CreditHost(Action<WebApplicationBuilder>? configure, Action<WebApplication>? map)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration["State:Root"] = _folder.Path;
        builder.Logging.ClearProviders().AddProvider(Logs);
        builder.AddServiceDefaults("test");
        builder.Services.AddGrpc();
        configure?.Invoke(builder);
        App = builder.Build();
        App.MapServiceDefaults();
        (map ?? (app => app.MapGrpcService<Credit>()))(App);
    }

    public WebApplication App { get; }

    public RecordingLoggerProvider Logs { get; } = new();

    public GrpcChannel Channel { get; private set; } = null!;

    public Uri Address => new(App.Urls.Single());

    public static async Task<CreditHost> StartAsync(
        Action<WebApplicationBuilder>? configure = null, Action<WebApplication>? map = null)
    {
        var host = new CreditHost(configure, map);
        await host.App.StartAsync(TestContext.Current.CancellationToken);
        host.Channel = GrpcChannel.ForAddress(host.Address);
        return host;
    }

    public async ValueTask DisposeAsync()
    {
        Channel.Dispose();
        await App.DisposeAsync();
        _folder.Dispose();
        Logs.Dispose();
    }

    internal sealed class Credit : CreditService.CreditServiceBase
    {
        public override Task<GetCreditResponse> GetCredit(
            GetCreditRequest request, Grpc.Core.ServerCallContext context) => Task.FromResult(new GetCreditResponse());
    }
}
