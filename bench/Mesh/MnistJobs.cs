using KoopmanMesh.Run.V1;

namespace KoopmanMesh.Bench.Mesh;

/// <summary>The main job, and a larger one: the same network over six times the rows.</summary>
internal sealed class MnistJobs(string data)
{
    public static IReadOnlyList<(string Name, long Rows, string File)> All { get; } =
        [("10,000 MNIST rows", 10_000, "t10k"), ("60,000 MNIST rows", 60_000, "train")];

    /// <summary>A network of the collection.</summary>
    public string Network(string name) => Directory.GetFiles(
        Path.Combine(data, "onnx-nets"), name, SearchOption.AllDirectories).Single();

    public Task<RunSpec> UploadAsync(MeshJobs mesh, string file) => mesh.UploadAsync(
        Network("mnist5x20_leaky_relu.onnx"),
        Path.Combine(data, "mnist", $"{file}-images-idx3-ubyte.gz"),
        Path.Combine(data, "mnist", $"{file}-labels-idx1-ubyte.gz"));
}
