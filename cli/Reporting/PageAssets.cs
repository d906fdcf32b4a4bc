using System.Text;

namespace KoopmanMesh.Cli.Reporting;

/// <summary>The page's parts, embedded in this assembly under <c>page/</c>.</summary>
internal static class PageAssets
{
    // In the order they run: each may use what those before it define.
    private static readonly string[] Scripts =
        ["format.js", "theme.js", "credit.js", "spectra.js", "effects.js", "audit.js", "sections.js", "report.js"];

    public static string Template => Read("report.html");

    public static string Style => Read("report.css");

    /// <summary>The plotting library, as published.</summary>
    public static string Plotly => Read("plotly.js");

    /// <summary>The page's own script: one closed scope, so that nothing leaks into the page's globals.</summary>
    public static string Script
    {
        get
        {
            var text = new StringBuilder("(() => {\n\"use strict\";\n");
            foreach (var name in Scripts)
            {
                text.Append(Read(name)).Append('\n');
            }

            return text.Append("})();").ToString();
        }
    }

    private static string Read(string name)
    {
        using var stream = typeof(PageAssets).Assembly.GetManifestResourceStream("page/" + name)
            ?? throw new InvalidOperationException($"This build lacks the embedded page part \"page/{name}\".");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        // An HTML parser reads CR LF as LF, and the policy hashes what it reads.
        return reader.ReadToEnd().Replace("\r\n", "\n", StringComparison.Ordinal);
    }
}
