using System.Text;

namespace KoopmanMesh.Cli.Reporting;

/// <summary>The page's parts, embedded in this assembly under <c>page/</c>.</summary>
internal static class PageAssets
{
    // In the order they run: each may use what those before it define.
    private static readonly string[] Scripts =
    [
        "format.js", "theme.js", "credit.js", "spectra.js", "effects.js", "audit.js", "sections.js", "page.js",
        "report.js",
    ];

    private static readonly string[] ReplacementScripts =
    [
        "format.js", "theme.js", "sections.js", "page.js", "network.js", "front.js", "bounds.js", "replacement.js",
    ];

    private static readonly string[] TrainingScripts =
    [
        "format.js", "theme.js", "sections.js", "page.js", "training-windows.js", "training-timeline.js",
        "training-backtest.js", "training.js",
    ];

    private static readonly string[] ScaleScripts =
    [
        "format.js", "theme.js", "sections.js", "page.js", "scale-curves.js", "scale-work.js", "scale.js",
    ];

    public static string Template => Read("report.html");

    public static string Style => Read("report.css");

    public static string ReplacementTemplate => Read("replacement.html");

    /// <summary>What the page of a replacement has beside <see cref="Style"/>.</summary>
    public static string ReplacementStyle => Read("replacement.css");

    public static string TrainingTemplate => Read("training.html");

    /// <summary>What the page of a training run has beside <see cref="Style"/>.</summary>
    public static string TrainingStyle => Read("training.css");

    public static string ScaleTemplate => Read("scale.html");

    /// <summary>What the page of a study of scaling has beside <see cref="Style"/>.</summary>
    public static string ScaleStyle => Read("scale.css");

    /// <summary>The plotting library, as published.</summary>
    public static string Plotly => Read("plotly.js");

    /// <summary>The script of the analysis page.</summary>
    public static string Script => Join(Scripts);

    /// <summary>The script of the replacement page.</summary>
    public static string ReplacementScript => Join(ReplacementScripts);

    /// <summary>The script of the page of a training run.</summary>
    public static string TrainingScript => Join(TrainingScripts);

    /// <summary>The script of the page of a study of scaling.</summary>
    public static string ScaleScript => Join(ScaleScripts);

    // One closed scope, so that nothing leaks into the page's globals.
    private static string Join(string[] names)
    {
        var text = new StringBuilder("(() => {\n\"use strict\";\n");
        foreach (var name in names)
        {
            text.Append(Read(name)).Append('\n');
        }

        return text.Append("})();").ToString();
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
