using System.Diagnostics;
using System.Numerics;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace KoopmanMesh.Numerics.Tests.Reference;

/// <summary>
/// Runs tests/reference/koopman_reference.py once: 50 random problems a method, solved by NumPy and SciPy on the raw data.
/// </summary>
public sealed class ReferenceProblems : IDisposable
{
    private const int ProblemsEach = 50;

    private static readonly JsonSerializerOptions _json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new ComplexPair() },
    };

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("koopmanmesh-reference-");

    public ReferenceProblems()
    {
        var script = Path.Combine(AppContext.BaseDirectory, "reference", "koopman_reference.py");
        var start = new ProcessStartInfo("/usr/bin/python3", [script, _folder.FullName]) { RedirectStandardError = true };
        start.Environment["OPENBLAS_NUM_THREADS"] = "1";
        using var python = Process.Start(start)!;
        var error = python.StandardError.ReadToEnd();
        python.WaitForExit();
        Assert.True(python.ExitCode == 0, $"the reference implementation failed: {error}");
    }

    /// <summary>The problems of one method, all 50 of them.</summary>
    internal IReadOnlyList<ReferenceProblem> Of(string method)
    {
        using var file = File.OpenRead(Path.Combine(_folder.FullName, $"{method}.json"));
        var problems = JsonSerializer.Deserialize<List<ReferenceProblem>>(file, _json)!;
        Assert.Equal(ProblemsEach, problems.Count);
        return problems;
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private sealed class ComplexPair : JsonConverter<Complex>
    {
        public override Complex Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            JsonSerializer.Deserialize<double[]>(ref reader, options) is [var re, var im]
                ? new Complex(re, im)
                : throw new JsonException("a complex number is [re, im]");

        public override void Write(Utf8JsonWriter writer, Complex value, JsonSerializerOptions options) =>
            JsonSerializer.Serialize(writer, (double[])[value.Real, value.Imaginary], options);
    }
}
