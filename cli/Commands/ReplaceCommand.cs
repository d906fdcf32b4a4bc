using System.CommandLine;
using KoopmanMesh.Cli.Mesh;
using KoopmanMesh.Cli.Output;
using KoopmanMesh.Cli.Reporting;
using KoopmanMesh.Replacement.V1;
using KoopmanMesh.Run.V1;

namespace KoopmanMesh.Cli.Commands;

/// <summary><c>koopmesh replace MODEL --data FILE --output HYBRID</c>: linear stand-ins for components.</summary>
internal static class ReplaceCommand
{
    public static Command Create()
    {
        var command = new Command(
            "replace",
            """
            Replaces components of a network by linear operators on simple observables, and writes the hybrid as ONNX,
            with how much it differs and bounds on that. Without --component it looks for what is worth replacing, and
            may answer: nothing. The original file is only read.

            Try:  koopmesh replace model.onnx --data images.idx.gz --labels labels.idx.gz --scale 1/255 --output h.onnx
                  koopmesh replace model.onnx --data rows.csv --component dense_2..dense_4 --lift affine --output h.onnx
                  koopmesh replace model.onnx --data rows.npy --budget latency=0.8 --report out --output h.onnx
                  koopmesh replace model.onnx --data rows.npy --profile verifier --box row:17:0.02 --output h.onnx
            """);
        var arguments = new ReplaceArguments();
        arguments.AddTo(command);
        command.SetAction((result, cancellationToken) => RunAsync(arguments.Bind(result), cancellationToken));
        return command;
    }

    public static async Task<int> RunAsync(ReplaceSettings settings, CancellationToken cancellationToken)
    {
        settings.Options.Box = settings.Box is { } box ? BoxText.Read(box) : null;
        using var files = new HybridFiles(settings);
        await using var mesh = await MeshConnection.OpenAsync(settings.Endpoint, settings.State, cancellationToken);
        var spec = await UploadAsync(mesh.Client, settings, cancellationToken);
        var chain = await mesh.Client.DescribeAsync(spec.Model, settings.Granularity, cancellationToken);
        var progress = new ReplacementProgress(settings.Json ? null : Terminal.Progress);
        var runId = await WatchedRun.ToEndAsync(mesh.Client, spec, progress.ShowAsync, cancellationToken);
        var report = await mesh.Client.Replacements.ReportAsync(runId, cancellationToken);
        await files.WriteAsync(mesh.Client.Replacements, runId, report, cancellationToken);
        if (settings.Front is { } front)
        {
            await HybridFiles.WriteFrontAsync(front, mesh.Client.Replacements, report, cancellationToken);
        }

        var page = settings.Report is { } folder
            ? await WriteReportAsync(folder, report, chain, cancellationToken)
            : null;
        await TellAsync(settings, report, page);
        return ExitCodes.Success;
    }

    private static async Task<RunSpec> UploadAsync(
        MeshClient client, ReplaceSettings settings, CancellationToken cancellationToken) => new()
        {
            Model = await client.UploadAsync(settings.Model, cancellationToken),
            Data = await client.UploadAsync(settings.Data, cancellationToken),
            Labels = settings.Labels is { } labels ? await client.UploadAsync(labels, cancellationToken) : null,
            DataOptions = settings.DataOptions,
            Options = new AnalysisOptions { Granularity = settings.Granularity },
            Replacement = settings.Options,
        };

    private static Task<string> WriteReportAsync(
        string folder, ReplacementReport report, DescribeModelResponse chain, CancellationToken cancellationToken) =>
        ReportFiles.WriteAsync(
            (folder, "--report"), report.RunId, ("replacement.json", ReportJson.ToJson(report)),
            ("replacement.html", ReplacementPage.Render(report, chain)), cancellationToken);

    private static async Task TellAsync(ReplaceSettings settings, ReplacementReport report, string? page)
    {
        if (settings.Json)
        {
            await Console.Out.WriteAsync(ReportJson.ToJson(report));
            return;
        }

        ReplacementTable.Write(Terminal.Output, report);
        ReplacementTable.WriteFiles(Terminal.Output, Files(settings, report, page));
    }

    private static IEnumerable<(string Label, string Text)> Files(
        ReplaceSettings settings, ReplacementReport report, string? page)
    {
        yield return report.Chosen < 0
            ? ("hybrid", $"none: nothing was replaced, and {settings.Output} was not written")
            : ("hybrid", $"{settings.Output}, its report {settings.Sidecar}");
        if (settings.Front is { } front)
        {
            yield return ("front", $"{report.Front.Count} in {front}");
        }

        if (page is not null)
        {
            yield return ("report", page);
        }
    }
}
