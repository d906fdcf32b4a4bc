using System.Reflection;
using KoopmanMesh.Capture;
using KoopmanMesh.Credit;
using KoopmanMesh.Koopman;
using KoopmanMesh.ServiceDefaults.Messaging;

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

    /// <summary>The topics that an app's code handles.</summary>
    public static HashSet<string> Topics(string app) => [.. Assemblies[app].GetTypes()
        .SelectMany(t => t.GetInterfaces())
        .Where(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IEventHandler<>))
        .Select(i => (string)i.GetGenericArguments()[0].GetProperty("Topic")!.GetValue(null)!)];
}
