using KoopmanMesh.Numerics.Storage;
using KoopmanMesh.Replacement.V1;

namespace KoopmanMesh.Cli.Output;

/// <summary>
/// The files of a hand-off, laid out as VNN-COMP's benchmarks are: all of them are written, or none.
/// </summary>
internal sealed class HandOffFolder(string path)
{
    private static readonly string[] Names =
        ["original.onnx", "hybrid.onnx", "difference.onnx", "difference.vnnlib", "instances.csv"];

    public string Path => path;

    public string Original => Locate("original.onnx");

    public string Hybrid => Locate("hybrid.onnx");

    public string Difference => Locate("difference.onnx");

    public string Property => Locate("difference.vnnlib");

    /// <summary>Refuses a folder where what is read would be overwritten.</summary>
    public void RequireOther(IEnumerable<string?> inputs)
    {
        foreach (var name in Names)
        {
            OutputFile.RequireOther(Locate(name), inputs);
        }
    }

    /// <summary>Writes the files as they come.</summary>
    public async Task WriteAsync(IAsyncEnumerable<BuildHandOffResponse> pieces, CancellationToken cancellationToken)
    {
        var files = new Dictionary<string, AtomicFile>();
        try
        {
            await foreach (var piece in pieces.WithCancellation(cancellationToken))
            {
                if (!files.TryGetValue(piece.Name, out var file))
                {
                    files[piece.Name] = file = Begin(piece.Name);
                }

                await file.Content.WriteAsync(piece.Data.Memory, cancellationToken);
            }

            foreach (var file in files.Values)
            {
                file.Complete();
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException(
                ExitCodes.Environment,
                $"the hand-off can't be written to '{path}': {e.Message}; name another folder with --output", e);
        }
        finally
        {
            foreach (var file in files.Values)
            {
                file.Dispose();
            }
        }
    }

    private AtomicFile Begin(string name)
    {
        // A name comes from the mesh, and decides where on this machine a file is written.
        if (!Names.Contains(name))
        {
            throw new CliException(ExitCodes.Internal, $"the mesh sent a file '{name}' that no hand-off has");
        }

        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Locate(name))!);
        return new AtomicFile(Locate(name));
    }

    private string Locate(string name) => System.IO.Path.GetFullPath(System.IO.Path.Combine(
        path, System.IO.Path.GetExtension(name) switch { ".onnx" => "onnx", ".vnnlib" => "vnnlib", _ => "" }, name));
}
