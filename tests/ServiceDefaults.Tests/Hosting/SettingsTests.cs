using KoopmanMesh.ServiceDefaults.Hosting;
using KoopmanMesh.ServiceDefaults.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace KoopmanMesh.ServiceDefaults.Tests.Hosting;

/// <summary>Where settings come from, and what is said of those that are wrong.</summary>
public sealed class SettingsTests
{
    private static readonly Dictionary<string, string?> _defaults = new() { ["Work:Lease"] = "default" };

    [Fact]
    public void Sources_InTheirOrder_OverrideEachOther()
    {
        using var folder = new TemporaryFolder();
        Write(folder, "1.json", """{ "Work": { "Lease": "first", "MaxAttempts": 1 } }""");
        Write(folder, "2.json", """{ "Work": { "Lease": "second", "RetryDelay": "second" } }""");
        using var other = new TemporaryFolder();
        var named = Write(other, "named.json", """{ "Work": { "RetryDelay": "named", "Other": "named" } }""");
        using var configuration = new ConfigurationManager();
        configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["Work:Other"] = "environment" });

        configuration.AddSettingsFiles(_defaults, folder.Path, named);

        Assert.Equal(
            ("second", "1", "named", "environment"),
            (configuration["Work:Lease"], configuration["Work:MaxAttempts"], configuration["Work:RetryDelay"],
                configuration["Work:Other"]));
    }

    [Fact]
    public void Defaults_WithoutFiles_Hold()
    {
        using var configuration = new ConfigurationManager();

        configuration.AddSettingsFiles(_defaults, "/nowhere", null);

        Assert.Equal("default", configuration["Work:Lease"]);
    }

    [Theory]
    [InlineData("no JSON")]
    [InlineData("[1]")]
    [InlineData("{")]
    public void File_ThatIsNoObject_IsNamed(string content)
    {
        using var folder = new TemporaryFolder();
        var file = Write(folder, "settings.json", content);
        using var configuration = new ConfigurationManager();

        var e = Assert.Throws<SettingsException>(() => configuration.AddSettingsFiles(null, "/nowhere", file));

        Assert.StartsWith(
            $"the settings file '{file}' is not a JSON object of settings: ", Assert.Single(e.Violations),
            StringComparison.Ordinal);
    }

    [Fact]
    public void File_ThatIsNotThere_IsNamed()
    {
        using var configuration = new ConfigurationManager();

        var e = Assert.Throws<SettingsException>(
            () => configuration.AddSettingsFiles(null, "/nowhere", "/nowhere/settings.json"));

        Assert.Contains("'/nowhere/settings.json' can't be read", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_WrongInSeveralClasses_AreAllNamedAtOnce()
    {
        var violations = ViolationsOf(
            ("State:MaxArtifactBytes", "0"), ("Work:Lease", "soon"), ("Hosting:MaxMessageBytes", "5"),
            ("Mesh:Koopman", "ftp://x"), ("Limits:MaxHeaders", "1"), ("Hosting:Listen", "nowhere"));

        Assert.Equal(6, violations.Count);
        foreach (var key in new[]
        {
            "State:MaxArtifactBytes", "Work:Lease", "Hosting:MaxMessageBytes", "Mesh:Koopman", "Limits:MaxHeaders",
            "Hosting:Listen",
        })
        {
            Assert.Contains(violations, violation => violation.Contains(key, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Settings_ThatAreRight_AreTaken() => Assert.Empty(ViolationsOf());

    [Fact]
    public void Dapr_WithALedgerInFilesAndNoInternalPort_IsNoMesh()
    {
        var violations = ViolationsOf(("EventBus:Kind", "Dapr"));

        Assert.Equal(
            ["EventBus:Kind is Dapr with State:Ledger=Files", "EventBus:Kind is Dapr without Hosting:InternalListen"],
            violations.Select(static violation => violation.Split(',')[0]));
    }

    [Theory]
    [InlineData("127.0.0.1:5000", "127.0.0.1:5000", "has port 5000 of Hosting:Listen")]
    [InlineData("127.0.0.1:5000", "somewhere", "Hosting:InternalListen has 'somewhere'")]
    [InlineData(null, "127.0.0.1:5000", "Hosting:InternalListen is set without Hosting:Listen")]
    public void InternalListen_ThatMakesNoSense_IsRefused(string? listen, string internalListen, string sentence)
    {
        var violations = ViolationsOf(("Hosting:Listen", listen), ("Hosting:InternalListen", internalListen));

        Assert.Contains(sentence, Assert.Single(violations), StringComparison.Ordinal);
    }

    private static string Write(TemporaryFolder folder, string name, string content)
    {
        var path = Path.Combine(folder.Path, name);
        File.WriteAllText(path, content);
        return path;
    }

    private static IReadOnlyList<string> ViolationsOf(params (string Key, string? Value)[] settings)
    {
        var builder = WebApplication.CreateSlimBuilder();
        foreach (var (key, value) in settings)
        {
            builder.Configuration[key] = value;
        }

        builder.AddServiceDefaults("test");
        try
        {
            SettingsCheck.Require(builder.Services);
            return [];
        }
        catch (SettingsException e)
        {
            return e.Violations;
        }
    }
}
