using System.Text.Json;
using System.Text.Json.Serialization;

namespace KoopmanMesh.Cli.Up;

/// <summary>A local mesh as <c>mesh.json</c> tells of it, for programs: replaced atomically at every change.</summary>
/// <param name="Schema">Of this file: 1.</param>
/// <param name="Endpoint">What clients call.</param>
/// <param name="Supervisor">The process id of <c>koopmesh up</c>.</param>
/// <param name="Processes">All that it runs.</param>
internal sealed record MeshFile(int Schema, string Endpoint, int Supervisor, IReadOnlyList<MeshProcess> Processes)
{
    public const int CurrentSchema = 1;

    /// <summary>Writes it.</summary>
    public void Write(string path)
    {
        var next = path + ".next";
        File.WriteAllBytes(next, JsonSerializer.SerializeToUtf8Bytes(this, MeshFileJson.Default.MeshFile));
        File.Move(next, path, overwrite: true);
    }
}

/// <summary>A process of a local mesh.</summary>
/// <param name="Role">capture, koopman, credit; capture-sidecar and so on; redis, postgres.</param>
/// <param name="Index">0-based, among those of its role.</param>
/// <param name="Pid">Its process id; 0 while it does not run.</param>
/// <param name="GrpcPort">Of a service: gRPC. Of a sidecar: its own gRPC.</param>
/// <param name="InternalPort">Of a service: probes and events. Of a sidecar: HTTP. Of a server: its port.</param>
/// <param name="Restarts">How often it was started again.</param>
internal sealed record MeshProcess(string Role, int Index, int Pid, int GrpcPort, int InternalPort, int Restarts);

[JsonSerializable(typeof(MeshFile))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
internal sealed partial class MeshFileJson : JsonSerializerContext;
