using System.Text.Json;

using KoopmanMesh.Koopman.Intake;
using KoopmanMesh.Numerics.Accumulation;
using KoopmanMesh.Numerics.Catalogue;
using KoopmanMesh.Numerics.Estimators;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Storage;
using KoopmanMesh.Operator.V1;
using KoopmanMesh.ServiceDefaults.Artifacts;
using KoopmanMesh.ServiceDefaults.Errors;

namespace KoopmanMesh.Koopman.Operators;

/// <summary>Kept summaries as artifacts: a small manifest, which names the checkpoint of a stream.</summary>
internal sealed class SummaryFiles(IArtifactStore artifacts, OperatorFiles files, ILinearAlgebra algebra)
{
    private const string Format = "koopmanmesh.summary/1";
    private const long LongestManifest = 1 << 20;

    private static readonly JsonSerializerOptions _json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>Stores a stream and returns the summary's id.</summary>
    public async Task<string> SaveAsync(
        StreamingFit stream, EstimatorRequest request, DataSeen seen, CancellationToken cancellationToken)
    {
        var stored = await artifacts.PutAsync(stream.Write, cancellationToken);
        var manifest = new SummaryManifest(
            Format, request, stored.Digest, seen.Rows, seen.Trajectories, seen.Bytes);
        return (await artifacts.PutAsync(
            JsonSerializer.SerializeToUtf8Bytes(manifest, _json).AsMemory(), cancellationToken)).Digest;
    }

    public async Task<SummaryManifest> ReadAsync(string id, string field, CancellationToken cancellationToken)
    {
        Digests.Require(id, field);
        if (artifacts.Find(id) is { Length: > LongestManifest })
        {
            throw NotASummary(id, field);
        }

        try
        {
            var bytes = await artifacts.ReadAllBytesAsync(id, cancellationToken);
            return JsonSerializer.Deserialize<SummaryManifest>(bytes, _json) is { Format: Format } manifest
                ? manifest
                : throw NotASummary(id, field);
        }
        catch (JsonException)
        {
            throw NotASummary(id, field);
        }
    }

    public StreamingFit Open(SummaryManifest manifest, PairEstimator estimator, string field)
    {
        try
        {
            using var stream = files.Open(manifest.Stream, field);
            return StreamingFit.Read(stream, estimator, new SummaryOptions(), algebra);
        }
        catch (TensorFormatException e)
        {
            throw new InvalidRequestException("SUMMARY_INVALID", e.Message, field, e);
        }
    }

    private static InvalidRequestException NotASummary(string id, string field) =>
        new("SUMMARY_INVALID", $"{field} {id} is something else than a kept summary", field);
}
