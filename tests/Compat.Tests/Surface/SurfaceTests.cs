using System.Reflection;
using System.Runtime.CompilerServices;
using Dapr.Client;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Grpc.HealthCheck;
using Grpc.Net.Client;
using Microsoft.ML.OnnxRuntime;

namespace KoopmanMesh.Compat.Tests.Surface;

/// <summary>
/// What the stand-ins offer is what compat/surface/ lists, line by line, and every line was looked up in the official
/// package's source. Over the official packages the same test says that they have each line.
/// </summary>
public sealed class SurfaceTests
{
    private const string Rewrite = "SURFACE_REWRITE";

    public static TheoryData<string, Type> Packages => new()
    {
        { "Dapr.Client", typeof(DaprClient) },
        { "Grpc.AspNetCore", typeof(GrpcServiceOptions) },
        { "Grpc.Core.Api", typeof(Metadata) },
        { "Grpc.HealthCheck", typeof(HealthServiceImpl) },
        { "Grpc.Net.Client", typeof(GrpcChannel) },
        { "Microsoft.ML.OnnxRuntime", typeof(InferenceSession) },
    };

    [Theory]
    [MemberData(nameof(Packages))]
    public void StandIn_OffersWhatIsListed(string package, Type anchor)
    {
        var file = Path.Combine(Folder(), package + ".txt");
        var offered = Offered(anchor.Assembly);
        if (Environment.GetEnvironmentVariable(Rewrite) == "1")
        {
            File.WriteAllLines(file, [.. Head(package), .. offered]);
        }

        var listed = File.ReadAllLines(file).Where(static line => line.Length > 0 && line[0] != '#').ToList();
        var missing = listed.Except(offered);
        var surplus = IsStandIn(anchor.Assembly) ? offered.Except(listed) : [];
        List<string> drift =
            [.. missing.Select(static line => "- " + line), .. surplus.Select(static line => "+ " + line)];
        Assert.True(drift.Count == 0, string.Join('\n', [
            $"{package} differs from {Path.GetRelativePath(Path.Combine(Folder(), "..", ".."), file)}:", .. drift,
            $"Look each line with a plus up in the official source; then rewrite the list with {Rewrite}=1.",
        ]));
    }

    /// <summary>Official packages are split finer: what one builds on counts as its own.</summary>
    private static List<string> Offered(Assembly assembly) => IsStandIn(assembly)
        ? PublicSurface.Of(assembly)
        :
        [
            .. assembly.GetReferencedAssemblies()
                .Where(static name => name.Name!.Split('.')[0] is "Dapr" or "Grpc")
                .Select(Assembly.Load)
                .Append(assembly)
                .SelectMany(PublicSurface.Of),
        ];

    private static string[] Head(string package) =>
    [
        $"# What compat/{package} offers: each line as the official package has it. A test compares it with the code.",
        "# To accept a change: look it up in the official source, then run KoopmanMesh.Compat.Tests with",
        $"# {Rewrite}=1 and --filter-class '*SurfaceTests', and commit the difference.",
    ];

    private static bool IsStandIn(Assembly assembly) =>
        assembly.GetCustomAttribute<AssemblyProductAttribute>()?.Product == "KoopmanMesh";

    private static string Folder([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "..", "compat", "surface"));
}
