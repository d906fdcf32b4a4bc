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
            ("Mesh:Capture", "ftp://host"), ("Mesh:Credit", "host:1"), ("Mesh:UnaryDeadline", "-00:00:01"));

        var e = Assert.Throws<OptionsValidationException>(
            () => services.GetRequiredService<IOptions<MeshOptions>>().Value);

        Assert.Equal(3, e.Failures.Count());
        Assert.Contains("Mesh:Capture is 'ftp://host/', expected an address like http://host:port", e.Failures);
    }

    private static ServiceProvider Services(params (string Key, string Value)[] settings) => new ServiceCollection()
        .AddSingleton<IConfiguration>(new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Key, (string?)s.Value))).Build())
        .AddMeshChannels()
        .BuildServiceProvider();
}
