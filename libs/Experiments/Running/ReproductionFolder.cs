using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

using KoopmanMesh.Networks.Export;
using KoopmanMesh.Numerics.Storage;

namespace KoopmanMesh.Experiments.Running;

/// <summary>
/// The folder of a reproduction: seed-N.json when seed N is done, its networks as ONNX files in seed-N/. Files appear
/// complete or not at all.
/// </summary>
/// <param name="path">The folder; it is made with the first file.</param>
public sealed class ReproductionFolder(string path)
{
    /// <summary>How results are written; enums by name.</summary>
    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
    };

    /// <summary>The result of a seed that was run before, or null.</summary>
    /// <exception cref="InvalidDataException">
    /// The file is damaged, or of another recipe or other options: results that do not belong together are not mixed.
    /// </exception>
    public SeedResult? Find(int seed, string recipe, ReproductionOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var file = File(seed);
        if (!System.IO.File.Exists(file))
        {
            return null;
        }

        var result = Read(file);
        return result.Recipe == recipe && result.Seed == seed && result.Options.GiveTheSameAs(options)
            ? result
            : throw new InvalidDataException(
                $"'{file}' is of seed {result.Seed} of {result.Recipe} with {Text(result.Options)}, expected seed "
                + $"{seed} of {recipe} with {Text(options)}");
    }

    /// <summary>Writes the result of a seed.</summary>
    public void Save(SeedResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        Write(File(result.Seed), stream => JsonSerializer.Serialize(stream, result, Json));
    }

    /// <summary>Writes a network of a seed.</summary>
    public void Save(int seed, string name, IReadOnlyList<DenseLayer> layers)
    {
        var bytes = OnnxExport.Dense(layers, name);
        Write(Path.Combine(path, Name(seed), $"{name}.onnx"), stream => stream.Write(bytes));
    }

    /// <summary>Writes a text.</summary>
    public void Save(string name, string text)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(text);
        Write(Path.Combine(path, name), stream => stream.Write(bytes));
    }

    private static SeedResult Read(string file)
    {
        try
        {
            using var stream = System.IO.File.OpenRead(file);
            return JsonSerializer.Deserialize<SeedResult>(stream, Json)
                ?? throw new InvalidDataException($"'{file}' holds null, expected the result of a seed");
        }
        catch (Exception e) when (e is JsonException or ArgumentOutOfRangeException)
        {
            throw new InvalidDataException($"'{file}' is no result of a seed: {e.Message}", e);
        }
    }

    private static void Write(string file, Action<Stream> write)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
        using var output = new AtomicFile(file);
        write(output.Content);
        output.Complete();
    }

    private static string Text(ReproductionOptions options) =>
        $"settings {string.Join(", ", options.Settings)}, starts {string.Join(", ", options.Starts)} and "
        + $"{options.MostDelays} delays";

    private static string Name(int seed) => string.Create(CultureInfo.InvariantCulture, $"seed-{seed}");

    private string File(int seed) => Path.Combine(path, $"{Name(seed)}.json");
}
