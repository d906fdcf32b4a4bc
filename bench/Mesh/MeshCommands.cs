namespace KoopmanMesh.Bench.Mesh;

/// <summary>The parts of <c>eng/bench.sh mesh</c>.</summary>
internal static class MeshCommands
{
    public static async Task RunAsync(string[] args)
    {
        if (args[0] == "mesh-model")
        {
            var (launcher, sidecar) = (Path.GetFullPath(args[1]), Path.GetFullPath(args[2]));
            await File.WriteAllLinesAsync(args[3], await ModelTables.WriteAsync(launcher, sidecar));
            return;
        }

        var (results, commit) = (args[4], args[5]);
        var mesh = new MeshBenchmark(Path.GetFullPath(args[2]), args[1], Path.GetFullPath(args[3]), commit);
        var constants = args[0] == "mesh-constants";
        List<string> lines =
        [
            constants ? $"# Constants of the scaling model at {commit}" : $"# The mesh of processes at {commit}",
            "",
            $"`eng/bench.sh mesh`, {Environment.ProcessorCount} cores, .NET {Environment.Version}. "
            + "Compare ratios within this run; absolute times are this machine's.",
            "",
            .. constants
                ? await mesh.ConstantsAsync(args[6], Path.Combine(results, "transport.md"))
                : await mesh.RunAsync(),
        ];
        lines.ForEach(Console.WriteLine);
        Directory.CreateDirectory(results);
        await File.WriteAllLinesAsync(Path.Combine(results, args[0] + ".md"), lines);
    }
}
