namespace KoopmanMesh.Cli.Reporting;

/// <summary>A text that was to be a report is not one.</summary>
internal sealed class ReportFormatException(string message, Exception inner) : Exception(message, inner);
