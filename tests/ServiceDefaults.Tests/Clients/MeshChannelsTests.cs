using KoopmanMesh.ServiceDefaults.Clients;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace KoopmanMesh.ServiceDefaults.Tests.Clients;

public sealed class MeshChannelsTests
{
    [Theory]
    [InlineData("http://127.0.0.1:5000", "http://127.0.0.1:5000/")]
    [InlineData("http://0.0.0.0:5000", "http://127.0.0.1:5000/")]
    [InlineData("http://*:5000", "http://127.0.0.1:5000/")]
    [InlineData("http://+:80", "http://127.0.0.1/")]
    [InlineData("http://[::]:5000", "http://[::1]:5000/")]
    [InlineData("http://localhost:5000", "http://localhost:5000/")]
    public void Dialled_AnAddressOfAServer_IsOneAClientCanReach(string listened, string dialled) =>
        Assert.Equal(dialled, MeshChannels.Dialled(listened).AbsoluteUri);

    [Fact]
    public void InvokerFor_WithoutAnAddressOrAServer_SaysWhatIsMissing()
    {
        using var services = Services();

        var e = Assert.Throws<InvalidOperationException>(
            () => services.GetRequiredService<MeshChannels>().InvokerFor(MeshService.Koopman));

        Assert.StartsWith("Mesh:Koopman is not set", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_WithAnAddressThatIsNone_ListEveryFailure()
    {
        using var services = Services(
            ("Mesh:Capture", "ftp://host"),
            ("Mesh:Koopman", "dns://server/koopman:1"),
            ("Mesh:Credit", "host:1"),
            ("Mesh:UnaryDeadline", "-00:00:01"),
            ("Mesh:StreamDeadline", "-00:00:01"),
            ("Mesh:DnsRefresh", "00:00:00.5"),
            ("Mesh:MaxAttempts", "6"),
            ("Mesh:KeepAliveDelay", "-00:00:01"),
            ("Mesh:KeepAliveTimeout", "00:00:00"));

        var e = Assert.Throws<OptionsValidationException>(
            () => services.GetRequiredService<IOptions<MeshOptions>>().Value);

        Assert.Equal(9, e.Failures.Count());
        Assert.Contains(
            "Mesh:Capture is 'ftp://host/', expected an address like http://host:port, dns:///host:port or "
            + "static:///host:port,host:port",
            e.Failures);
    }

    [Theory]
    [InlineData("http://capture:8080")]
    [InlineData("https://capture")]
    [InlineData("dns:///capture:8080")]
    [InlineData("dns:///capture.mesh.svc")]
    [InlineData("static:///127.0.0.1:5001,127.0.0.1:5002")]
    [InlineData("static:///[::1]:5001")]
    public void Options_WithAnAddress_TakeIt(string address)
    {
        using var services = Services(("Mesh:Capture", address));

        Assert.Equal(new Uri(address), services.GetRequiredService<IOptions<MeshOptions>>().Value.Capture);
    }

    [Theory]
    [InlineData("static:///127.0.0.1")]
    [InlineData("static:///127.0.0.1:5001,")]
    [InlineData("static:///127.0.0.1:5001/x")]
    [InlineData("static://127.0.0.1:5001")]
    [InlineData("static:///")]
    public void Options_WithAListThatIsNone_RefuseIt(string address)
    {
        using var services = Services(("Mesh:Capture", address));

        Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IOptions<MeshOptions>>().Value);
    }

    private static ServiceProvider Services(params (string Key, string Value)[] settings) => new ServiceCollection()
        .AddSingleton<IConfiguration>(new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Key, (string?)s.Value))).Build())
        .AddMeshChannels()
        .BuildServiceProvider();
}
