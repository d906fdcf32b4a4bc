using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace KoopmanMesh.Cli.Reporting;

/// <summary>
/// Writes a page: one file that holds the template, its style, the plotting library, the report's JSON and the script
/// that draws it. It opens from a disk without a network and refers to none.
/// </summary>
/// <remarks>
/// Names come from untrusted files. They travel as JSON in data blocks in which no character can end the block, the
/// script inserts them as text only, and the page's content security policy lets exactly the two scripts written here
/// run (by their SHA-256) and nothing be fetched.
/// </remarks>
internal static partial class HtmlPage
{
    /// <summary>A page of a template; <paramref name="blocks"/> are JSON by the placeholder they fill.</summary>
    public static string Render(
        string template, string title, string style, string script, params (string Name, string Json)[] blocks)
    {
        var plotly = PageAssets.Plotly;
        var parts = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["title"] = WebUtility.HtmlEncode(title),
            ["policy"] = Policy(plotly, script),
            ["style"] = style,
            ["plotly"] = plotly,
            ["script"] = script,
        };
        foreach (var (name, json) in blocks)
        {
            parts[name] = Inert(json);
        }

        return Fill(template, parts);
    }

    /// <summary>Findings as JSON.</summary>
    public static string ToJson(IEnumerable<Finding> findings) => JsonSerializer.Serialize(
        findings.Select(finding => new Dictionary<string, string>
        {
            ["kind"] = finding.Kind.ToString(),
            ["text"] = finding.Text,
        }));

    private static string Policy(params string[] scripts)
    {
        var hashes = scripts.Select(script =>
            $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(script)))}'");
        return $"default-src 'none'; script-src {string.Join(' ', hashes)}; style-src 'unsafe-inline'; "
            + "img-src data: blob:; base-uri 'none'; form-action 'none'";
    }

    /// <summary>JSON that cannot end, nor open a comment in, the script element around it.</summary>
    /// <remarks>
    /// In valid JSON these characters stand in strings only, where the escapes mean the same. Both serialisers escape
    /// them by themselves today; the page's safety should not hang on that.
    /// </remarks>
    private static string Inert(string json) => json
        .Replace("<", "\\u003c", StringComparison.Ordinal)
        .Replace(">", "\\u003e", StringComparison.Ordinal)
        .Replace("&", "\\u0026", StringComparison.Ordinal);

    /// <summary>Fills every placeholder in one pass, so that no part's content is mistaken for a placeholder.</summary>
    private static string Fill(string template, Dictionary<string, string> parts) =>
        Placeholder().Replace(template, match => parts[match.Groups[1].Value]);

    [GeneratedRegex(@"\{\{([a-z]+)\}\}")]
    private static partial Regex Placeholder();
}
