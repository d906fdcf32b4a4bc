using System.Text.Json;
using KoopmanMesh.Numerics.Storage;

namespace KoopmanMesh.Experiments.Dynamics;

/// <summary>
/// The results of finished seeds in a folder, a JSON file each, so that a run that was cut off goes on where it
/// stopped. A file is complete or not there.
/// </summary>
/// <param name="folder">Made when the first result is kept.</param>
public sealed class SeedStore(string folder)
{
    private static readonly JsonSerializerOptions _json = new()
    {
        WriteIndented = true,
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    /// <summary>The result under a key, from the folder or made now.</summary>
    /// <param name="key">A file name without its ending, e.g. "good-17".</param>
    /// <param name="make">Makes the result; what it throws leaves nothing behind.</param>
    /// <exception cref="InvalidDataException">The file under the key is something else.</exception>
    public T GetOrAdd<T>(string key, Func<T> make) where T : class
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        ArgumentNullException.ThrowIfNull(make);
        var path = Path.Combine(folder, key + ".json");
        if (File.Exists(path))
        {
            return Read<T>(path);
        }

        var result = make();
        Directory.CreateDirectory(folder);
        using var file = new AtomicFile(path);
        JsonSerializer.Serialize(file.Content, result, _json);
        file.Complete();
        return result;
    }

    private static T Read<T>(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            return JsonSerializer.Deserialize<T>(file, _json)
                ?? throw new InvalidDataException($"'{path}' is empty; delete it to run this seed again");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"'{path}' is no result ({e.Message}); delete it to run this seed again", e);
        }
    }
}
