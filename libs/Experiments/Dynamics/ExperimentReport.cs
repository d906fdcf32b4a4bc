using KoopmanMesh.Experiments.Dynamics.Figures;

namespace KoopmanMesh.Experiments.Dynamics;

/// <summary>What an experiment found, in the order a reader meets it.</summary>
/// <param name="Title">First line.</param>
/// <param name="Summary">A few sentences with the numbers: what reproduces and what does not.</param>
/// <param name="Sections">Setting, tables, figures, reading.</param>
public sealed record ExperimentReport(string Title, string Summary, IReadOnlyList<ReportSection> Sections);

/// <summary>A heading with Markdown below it, and the figures after that.</summary>
/// <param name="Heading">One line.</param>
/// <param name="Markdown">Text and tables (Tables.MarkdownTable).</param>
/// <param name="Figures">By file name without its ending.</param>
public sealed record ReportSection(
    string Heading, string Markdown, IReadOnlyDictionary<string, Figure>? Figures = null);
