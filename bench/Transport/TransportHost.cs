using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace KoopmanMesh.Bench.Transport;

/// <summary>A host with the product's server settings and, beside the measured service, bare HTTP/2 streams.</summary>
internal static class TransportHost
{
    /// <summary>Prints the address and serves until standard input closes.</summary>
    public static async Task ChildAsync()
    {
        await using var app = await StartAsync();
        Console.WriteLine(app.Urls.First());
        await Console.In.ReadToEndAsync();
    }

    /// <summary>Serves on a free port of the loopback.</summary>
    public static async Task<WebApplication> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.AddServiceDefaults("bench");
        builder.Services.AddGrpc();
        builder.Services.AddSingleton<Matrix256>();
        var app = builder.Build();
        app.MapGrpcService<TransportGrpcService>();
        BareStreams.Map(app);
        _ = app.Services.GetRequiredService<Matrix256>();
        await app.StartAsync();
        return app;
    }
}
