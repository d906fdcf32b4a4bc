using KoopmanMesh.Koopman.Intake;
using KoopmanMesh.Numerics.Catalogue;
using KoopmanMesh.Numerics.Operators;
using KoopmanMesh.Numerics.Storage;
using KoopmanMesh.ServiceDefaults.Artifacts;
using KoopmanMesh.ServiceDefaults.Errors;
using Microsoft.Extensions.Options;

namespace KoopmanMesh.Koopman.Operators;

/// <summary>Operators as artifacts: the id of an operator is the digest of its file.</summary>
internal sealed class OperatorFiles(IArtifactStore artifacts, IOptions<OperatorOptions> options)
{
    public Task<ArtifactInfo> SaveAsync(
        KoopmanOperator op, EstimatorRequest request, CancellationToken cancellationToken) =>
        artifacts.PutAsync(stream => OperatorArchive.Write(op, stream, request), cancellationToken);

    /// <summary>The file itself, no larger than may be read.</summary>
    public Stream Open(string id, string field)
    {
        Digests.Require(id, field);
        var length = artifacts.Find(id)?.Length ?? 0;
        return length <= options.Value.MaxFileBytes
            ? artifacts.OpenRead(id)
            : throw new CapacityException(
                "FILE_TOO_LARGE",
                $"the file {id} has {length} bytes, which is more than the {options.Value.MaxFileBytes} that are read");
    }

    public StoredOperator Read(string id)
    {
        using var stream = Open(id, "operator_id");
        return Read(stream, "operator_id");
    }

    public static StoredOperator Read(Stream stream, string field)
    {
        try
        {
            return OperatorArchive.Read(stream);
        }
        catch (TensorFormatException e)
        {
            throw new InvalidRequestException("OPERATOR_FILE_INVALID", e.Message, field, e);
        }
    }
}
