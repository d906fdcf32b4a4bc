using System.Runtime.InteropServices;
using System.Text.Json;
using KoopmanMesh.FunctionalTests.Hosting;
using KoopmanMesh.Networks.Surgery;

namespace KoopmanMesh.FunctionalTests.Training;

/// <summary>What tests/reference/probe_reference.py says of a perceptron on real images.</summary>
public sealed class ProbeReference : IDisposable
{
    public const int Rows = 1_000;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("koopmesh-probe-");
    private readonly JsonDocument _said;

    public ProbeReference()
    {
        var mnist = Path.GetDirectoryName(SharedData.TestImages)!;
        var script = Path.Combine(SharedData.Repository!, "tests", "reference", "probe_reference.py");
        _said = JsonDocument.Parse(TrajectoryFiles.Python(script, mnist, $"{Rows}", _folder.FullName));
    }

    /// <summary>Share of the rows whose class is 0.</summary>
    public double ZeroShare => _said.RootElement.GetProperty("zeroShare").GetDouble();

    /// <summary>Path of "logits", "softmax" or "log-softmax".</summary>
    public string Network(string end) => Path.Combine(_folder.FullName, $"{end}.onnx");

    /// <summary>Loss and accuracy with "own" or "other" weights.</summary>
    public (double Loss, double Accuracy) Of(string weights)
    {
        var said = _said.RootElement.GetProperty(weights);
        return (said.GetProperty("loss").GetDouble(), said.GetProperty("accuracy").GetDouble());
    }

    /// <summary>The other weights.</summary>
    public IReadOnlyList<Weight> Other =>
    [
        .. _said.RootElement.GetProperty("weights").EnumerateObject().Select(weight => new Weight(
            weight.Name,
            [.. weight.Value.GetProperty("shape").EnumerateArray().Select(extent => extent.GetInt64())],
            MemoryMarshal.Cast<byte, float>(weight.Value.GetProperty("data").GetBytesFromBase64()).ToArray())),
    ];

    public void Dispose()
    {
        _said.Dispose();
        _folder.Delete(recursive: true);
    }
}
