using System.Text;
using KoopmanMesh.Capture.Boxes;
using KoopmanMesh.Capture.Capturing;
using KoopmanMesh.Capture.Runs;
using KoopmanMesh.Networks;
using KoopmanMesh.Networks.Surgery;
using KoopmanMesh.Networks.Verification;
using KoopmanMesh.Replacement.V1;
using KoopmanMesh.Run.V1;
using KoopmanMesh.ServiceDefaults.Artifacts;

namespace KoopmanMesh.Capture.HandOff;

/// <summary>Builds what a verifier needs to prove, or refute, that a hybrid stays near its original on a box.</summary>
internal sealed class HandOffBuilder(ModelDesk models, IArtifactStore artifacts)
{
    public async Task<IReadOnlyList<HandOffFile>> BuildAsync(
        BuildHandOffRequest request, CancellationToken cancellationToken)
    {
        HandOffCheck.Request(request);
        var original = await models.LoadAsync(request.Original, cancellationToken);
        var hybrid = await models.LoadAsync(request.Hybrid, cancellationToken);
        HandOffCheck.Width(original.Name, original.Input.Width);
        return await Task.Run(() => Build(request, original, hybrid, cancellationToken), cancellationToken);
    }

    private List<HandOffFile> Build(
        BuildHandOffRequest request, NetworkModel original, NetworkModel hybrid, CancellationToken cancellationToken)
    {
        var difference = GraphSurgery.ForOneRow(DifferenceNetwork.Of(original, hybrid, OperatorProfile.Verifier));
        var box = InputBoxes.Resolve(request.Box, original, Rows(request, original), "box", cancellationToken);
        var property = HandOffCheck.Property(DifferenceProperty.Write(
            box.Lower, box.Upper, original.Output.Width, request.Epsilon, Comments(request)));
        cancellationToken.ThrowIfCancellationRequested();
        var timeout = request.TimeoutSeconds > 0 ? request.TimeoutSeconds : HandOffCheck.DefaultTimeoutSeconds;
        var metadata = new Dictionary<string, string>
        {
            ["original"] = request.Original.Digest,
            ["hybrid"] = request.Hybrid.Digest,
        };
        return
        [
            new HandOffFile("original.onnx", () => artifacts.OpenRead(request.Original.Digest)),
            new HandOffFile("hybrid.onnx", () => artifacts.OpenRead(request.Hybrid.Digest)),
            HandOffFile.Of("difference.onnx", HybridFile.ToBytes(difference, metadata)),
            HandOffFile.Of("difference.vnnlib", Encoding.ASCII.GetBytes(property)),
            HandOffFile.Of(
                "instances.csv",
                Encoding.ASCII.GetBytes($"onnx/difference.onnx,vnnlib/difference.vnnlib,{timeout}\n")),
        ];
    }

    private BoxRows? Rows(BuildHandOffRequest request, NetworkModel original)
    {
        if (request.Data is not { } file)
        {
            return null;
        }

        var options = request.DataOptions ?? new DataOptions();
        var data = RunInputs.OpenData(file, options, artifacts);
        return new BoxRows(data, RowOrder.Of(data, original.Input.RowShape, original.Name, options.Layout));
    }

    private static IEnumerable<string> Comments(BuildHandOffRequest request) =>
    [
        FormattableString.Invariant($"Property: every output of difference.onnx is within {request.Epsilon} of 0 on ")
            + "the box. unsat proves it, sat refutes it.",
        $"original.onnx: SHA-256 {request.Original.Digest}",
        $"hybrid.onnx: SHA-256 {request.Hybrid.Digest}",
        "X: inputs in row-major order, in the network's units. Y: original minus hybrid.",
        "All numbers are float32; the box is rounded outwards and the tolerance downwards.",
    ];
}
