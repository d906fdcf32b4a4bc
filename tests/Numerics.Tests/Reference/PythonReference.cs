using System.Diagnostics;
using System.Text.Json;

namespace KoopmanMesh.Numerics.Tests.Reference;

/// <summary>Runs a script of tests/reference that writes one JSON file.</summary>
internal static class PythonReference
{
    public static JsonDocument Run(string script)
    {
        var folder = Directory.CreateTempSubdirectory("koopmanmesh-reference-");
        try
        {
            var output = Path.Combine(folder.FullName, "output.json");
            string[] arguments = [Path.Combine(AppContext.BaseDirectory, "reference", script), output];
            var start = new ProcessStartInfo("/usr/bin/python3", arguments) { RedirectStandardError = true };
            start.Environment["OPENBLAS_NUM_THREADS"] = "1";
            using var python = Process.Start(start)!;
            var error = python.StandardError.ReadToEnd();
            python.WaitForExit();
            Assert.True(python.ExitCode == 0, $"the reference implementation failed: {error}");
            return JsonDocument.Parse(File.ReadAllBytes(output));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
