using System.Text.Json;
using KoopmanMesh.ServiceDefaults.Hosting;
using Microsoft.Extensions.Configuration.Memory;

namespace Microsoft.Extensions.Configuration;

/// <summary>Settings from files, for hosts that others use.</summary>
public static class SettingsFiles
{
    /// <summary>Names a JSON file of settings.</summary>
    public const string Variable = "KOOPMANMESH_CONFIG";

    /// <summary>Its JSON files are read in the order of their names, where it is there.</summary>
    public const string Folder = "/etc/koopmanmesh";

    /// <summary>
    /// Adds /etc/koopmanmesh/*.json, then the file that KOOPMANMESH_CONFIG names; what the configuration has already
    /// (the environment) wins over both. Files are read once.
    /// </summary>
    /// <param name="configuration">Where to.</param>
    /// <param name="defaults">What holds where nothing says otherwise.</param>
    /// <exception cref="SettingsException">A file can't be read, or is no JSON object.</exception>
    public static void AddSettingsFiles(
        this IConfigurationManager configuration, IReadOnlyDictionary<string, string?>? defaults = null) =>
        configuration.AddSettingsFiles(defaults, Folder, Environment.GetEnvironmentVariable(Variable));

    internal static void AddSettingsFiles(
        this IConfigurationManager configuration, IReadOnlyDictionary<string, string?>? defaults, string folder,
        string? named)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        List<IConfigurationSource> sources = [new MemoryConfigurationSource { InitialData = defaults }];
        var found = Directory.Exists(folder) ? Directory.GetFiles(folder, "*.json") : [];
        sources.AddRange(found.Order(StringComparer.Ordinal).Select(path => Read(path)));
        if (!string.IsNullOrEmpty(named))
        {
            sources.Add(Read(Path.GetFullPath(named)));
        }

        for (var i = 0; i < sources.Count; i++)
        {
            configuration.Sources.Insert(i, sources[i]);
        }
    }

    // Read here, so that a file that is wrong is told by its path and place and not as a fault of the host.
    private static MemoryConfigurationSource Read(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            var settings = new ConfigurationBuilder().AddJsonStream(stream).Build().AsEnumerable()
                .Where(static s => s.Value is not null);
            return new MemoryConfigurationSource { InitialData = [.. settings] };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SettingsException([$"the settings file '{path}' can't be read: {e.Message}"]);
        }
        catch (Exception e) when (e is FormatException or InvalidDataException or JsonException)
        {
            var problem = e.InnerException?.Message ?? e.Message;
            throw new SettingsException([$"the settings file '{path}' is not a JSON object of settings: {problem}"]);
        }
    }
}
