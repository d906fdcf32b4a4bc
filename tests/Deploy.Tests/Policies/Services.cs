using System.Reflection;
using KoopmanMesh.Capture;
using KoopmanMesh.Credit;
using KoopmanMesh.Koopman;

namespace KoopmanMesh.Deploy.Tests.Policies;

/// <summary>The code behind each app.</summary>
internal static class Services
{
    public static IReadOnlyDictionary<string, Assembly> Assemblies { get; } = new Dictionary<string, Assembly>
    {
        ["capture"] = typeof(CaptureHosting).Assembly,
        ["koopman"] = typeof(KoopmanHosting).Assembly,
        ["credit"] = typeof(CreditHosting).Assembly,
    };
}
