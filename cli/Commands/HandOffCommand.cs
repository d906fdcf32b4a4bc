using System.CommandLine;
using System.Globalization;
using KoopmanMesh.Cli.Mesh;
using KoopmanMesh.Cli.Output;
using KoopmanMesh.Cli.Reporting;
using KoopmanMesh.Networks;
using KoopmanMesh.Networks.Verification;
using KoopmanMesh.Replacement.V1;

namespace KoopmanMesh.Cli.Commands;

/// <summary><c>koopmesh handoff ORIGINAL HYBRID --epsilon E --output DIR</c>: what a verifier needs.</summary>
internal static class HandOffCommand
{
    public static Command Create()
    {
        var command = new Command(
            "handoff",
            """
            Writes what a neural network verifier needs to prove that a hybrid stays near its original on a box of
            inputs: both networks, their difference as one network, the property in VNNLIB 1.0, and instances.csv as
            VNN-COMP has it. unsat proves the property; koopmesh handoff-replay tells what a counterexample is worth.

            Try:  koopmesh handoff model.onnx hybrid.onnx --box 0..1 --epsilon 0.5 --output handoff
                  koopmesh handoff model.onnx hybrid.onnx --data images.idx.gz --scale 1/255 \
                      --box row:17:0.02:0..1 --epsilon 0.1 --output handoff
            """);
        var arguments = new HandOffArguments();
        arguments.AddTo(command);
        command.SetAction((result, cancellationToken) => RunAsync(arguments.Bind(result), cancellationToken));
        return command;
    }

    public static async Task<int> RunAsync(HandOffSettings settings, CancellationToken cancellationToken)
    {
        var folder = new HandOffFolder(settings.Output);
        folder.RequireOther(settings.Inputs);
        var box = settings.Box is { } text ? BoxText.Read(text) : null;
        if (settings.Data is null && box is { Around: not null } or { Data: not null })
        {
            throw BoxText.DataMissing(settings.Box);
        }

        await using var mesh = await MeshConnection.OpenAsync(settings.Endpoint, cancellationToken);
        var request = new BuildHandOffRequest
        {
            Original = await mesh.Client.UploadAsync(settings.Original, cancellationToken),
            Hybrid = await mesh.Client.UploadAsync(settings.Hybrid, cancellationToken),
            Box = box,
            Data = settings.Data is { } data ? await mesh.Client.UploadAsync(data, cancellationToken) : null,
            DataOptions = settings.DataOptions,
            Epsilon = settings.Epsilon,
            TimeoutSeconds = settings.TimeoutSeconds,
        };
        await folder.WriteAsync(mesh.Client.HandOffs.BuildAsync(request, cancellationToken), cancellationToken);
        Tell(settings, folder);
        return ExitCodes.Success;
    }

    private static void Tell(HandOffSettings settings, HandOffFolder folder)
    {
        var difference = NetworkModel.Load(File.ReadAllBytes(folder.Difference), "difference.onnx");
        var beyond = VnnCompOperators.Beyond(difference);
        new TerminalText(Terminal.Output).WriteLines(
        [
            ("written", OperatorTable.Label, folder.Path),
            ("property", OperatorTable.Label, string.Create(
                CultureInfo.InvariantCulture,
                $"each of {difference.Output.Width} outputs within {settings.Epsilon} of 0 on the box of "
                + $"{difference.Input.Width} inputs: unsat proves it")),
            ("operators", OperatorTable.Label, beyond.Count == 0
                ? "all of those that VNN-COMP's tools have in common"
                : $"not every tool accepts {string.Join(", ", beyond)}"),
            ("then", OperatorTable.Label, $"koopmesh handoff-replay {folder.Path} COUNTEREXAMPLE"),
        ]);
    }
}
